#pragma once

/// All that the page of a report shows, as one JSON value, which the page's own script draws
/// (page/main.js). Names from outside are in it as `shown`.

#include "result_page/gallery.hpp"
#include "results/result_file.hpp"
#include "statistics/paired_bootstrap.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace tagloom::result_page {

struct PageOptions {
  std::string title;
  statistics::BootstrapOptions bootstrap = {.draws = 2000};
  /// See DifferenceOptions.
  std::string against = {};
  /// Best and worst pictures, of each so many.
  std::size_t pictures = 6;
  /// Where pictures are; null if none are to be shown.
  const Gallery* gallery = nullptr;
  /// By the full name of the result whose model it is.
  std::map<std::string, const Looker*> lookers = {};
};

/// `results` are named, and have labels numbered as in the first of `files`, which they are from. Throws what
/// `difference_data` throws.
[[nodiscard]] nlohmann::ordered_json page_data(const std::vector<results::ResultFile>& files,
                                               const std::vector<results::Result>& results,
                                               const PageOptions& options);

}  // namespace tagloom::result_page
