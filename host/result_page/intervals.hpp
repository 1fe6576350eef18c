#pragma once

/// How far the scores of one result might be others on other images of the same kind.

#include "results/result_file.hpp"
#include "statistics/paired_bootstrap.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tagloom::result_page {

struct Interval {
  double value = 0;
  double low = 0;
  double high = 0;
};

struct NamedInterval {
  /// "per_class.f1": the names of docs/scores.md.
  std::string name;
  Interval value;
};

struct Intervals {
  std::vector<NamedInterval> figures;
  /// The F1 of label 0, 1, ...
  std::vector<Interval> labels;
};

/// By the bootstrap of its images; needs truth. Throws Interrupted.
[[nodiscard]] Intervals intervals(const results::Result& result, std::int64_t label_count,
                                  const statistics::BootstrapOptions& options);

}  // namespace tagloom::result_page
