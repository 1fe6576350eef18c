#pragma once

/// Which results are on one page.

#include "results/result_file.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::result_page {

/// Those of all files, numbered as the first file numbers its labels, each named (`name_all`); a baseline
/// that several files have is there once. Throws DataError if there are none but baselines, or if files have
/// other labels.
[[nodiscard]] std::vector<results::Result> results_for_page(const std::vector<results::ResultFile>& files);

/// "4 results on 499 images of test".
[[nodiscard]] std::string usual_title(const std::vector<results::Result>& results);

/// The results of a checkpoint, which may lie elsewhere now: those of that file, else those whose model's
/// file is called so. Throws UsageError if there are none, or several models are called so.
[[nodiscard]] std::vector<const results::Result*> results_of_model(
    const std::vector<results::Result>& results, const std::filesystem::path& model);

}  // namespace tagloom::result_page
