#pragma once

/// What an experiment requires of its scores.

#include "experiment/experiment.hpp"

#include <string>
#include <vector>

namespace tagloom::experiment {

/// The figures that tables, comparisons and bounds know, as docs/scores.md names them in JSON; those of
/// bands ("bands.rare.per_class.f1") and "map" among them.
[[nodiscard]] const std::vector<std::string>& known_figures();

/// Reads "[METHOD.]FIGURE >= NUMBER". Throws UsageError for anything else.
[[nodiscard]] Bound bound_in(const std::string& text, const std::vector<Method>& methods);

[[nodiscard]] bool holds(const Bound& bound, double value);

}  // namespace tagloom::experiment
