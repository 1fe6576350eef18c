#pragma once

/// An experiment's results as tables for people and programs. Nothing in them depends on when, how often or
/// on how many processors the cells ran.

#include "experiment/results.hpp"

#include <string>
#include <vector>

namespace tagloom::experiment {

/// A table a variant and split, with a row a method and search: mean ± standard deviation over seeds, and
/// what the experiment's figure differs by from the baseline, with its interval of 95 % and p.
[[nodiscard]] std::string markdown(const Experiment& experiment, const std::vector<ResultRow>& rows);

/// A line a row, with mean and standard deviation of every figure, and all differences.
[[nodiscard]] std::string csv(const Experiment& experiment, const std::vector<ResultRow>& rows);

/// All of it, and every seed's own figures, format 1.
[[nodiscard]] std::string json(const Experiment& experiment, const std::vector<ResultRow>& rows);

}  // namespace tagloom::experiment
