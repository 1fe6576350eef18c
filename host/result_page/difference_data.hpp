#pragma once

/// How the results on the page differ from one of them.

#include "results/result_file.hpp"
#include "statistics/paired_bootstrap.hpp"

#include <tagloom/vocabulary.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace tagloom::result_page {

struct DifferenceOptions {
  /// The name of the result that others are held against, or its model; empty: the first of each split.
  std::string against;
  statistics::BootstrapOptions bootstrap;
};

/// A list, an entry a split in which two results or more can be compared (docs/compare.md has its form, here
/// without the labels); splits whose results are of other images are left out. In a split that has not the
/// result of `options.against`, the first stands for it. Throws UsageError if no split has it, or several
/// results of one are called so.
[[nodiscard]] nlohmann::ordered_json difference_data(const std::vector<results::Result>& results,
                                                     const Vocabulary& vocabulary,
                                                     const DifferenceOptions& options);

}  // namespace tagloom::result_page
