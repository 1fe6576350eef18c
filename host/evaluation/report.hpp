#pragma once

/// Scores as people read them and as programs do. docs/scores.md describes the JSON.

#include "evaluation/compare.hpp"

#include <filesystem>
#include <string>

namespace tagloom::evaluation {

/// The head of the score table, and one line of it, which says of an unfinished run's checkpoint that it is
/// one.
std::string table_head();
std::string table_line(const ScoredSplit& row);
/// Per-class scores of rare, middle and frequent labels, a line each.
std::string band_lines(const ScoredSplit& row);

/// All metrics, per-label scores and predicted labels by image, as JSON; written beside its final name and
/// renamed. Throws DataError if the file cannot be written.
void write_json(const std::filesystem::path& path, const Comparison& comparison);

/// A line a label, split and model, as CSV, likewise.
void write_label_table(const std::filesystem::path& path, const Comparison& comparison);

}  // namespace tagloom::evaluation
