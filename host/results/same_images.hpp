#pragma once

#include "results/result_file.hpp"

#include <tagloom/vocabulary.hpp>

namespace tagloom::results {

/// Throws DataError, in a sentence that counts what differs and names one, if two results are not of the same
/// images with the same labels, or if one holds no truth. Labels of both are numbered alike.
void require_same_images(const Result& first, const Result& second);

/// The results of a file with the labels numbered as in `vocabulary`. Throws DataError if it has not the same
/// labels.
[[nodiscard]] std::vector<Result> renumbered(const ResultFile& file, const Vocabulary& vocabulary);

}  // namespace tagloom::results
