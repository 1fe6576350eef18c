#pragma once

/// How the results on the page differ from the first of them.

#include "results/result_file.hpp"
#include "statistics/paired_bootstrap.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace tagloom::result_page {

/// A list, an entry a split in which two results or more can be compared (docs/compare.md has its form, here
/// without the labels); splits whose results are of other images are left out.
[[nodiscard]] nlohmann::ordered_json difference_data(const std::vector<results::ResultFile>& files,
                                                     const statistics::BootstrapOptions& options);

}  // namespace tagloom::result_page
