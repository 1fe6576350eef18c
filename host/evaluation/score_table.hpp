#pragma once

/// Scores as people read them: a line a row where there are many columns, and two or more where there are
/// few. Names are shortened to fit, numbers never.

#include "evaluation/compare.hpp"

#include <string>

namespace tagloom::evaluation {

std::string table_head(int columns);

/// One row, which says of an unfinished run's checkpoint that it is one.
std::string table_line(const ScoredSplit& row, int columns);

/// Per-class scores of rare, middle and frequent labels, each by itself.
std::string band_lines(const ScoredSplit& row, int columns);

}  // namespace tagloom::evaluation
