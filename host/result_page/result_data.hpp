#pragma once

/// What the page shows of one result, but for its pictures.

#include "result_page/intervals.hpp"
#include "results/result_file.hpp"

#include <tagloom/vocabulary.hpp>

#include <nlohmann/json.hpp>

#include <optional>

namespace tagloom::result_page {

/// `intervals` is nothing for a result without truth, which then has neither confusion nor company.
[[nodiscard]] nlohmann::ordered_json result_data(const results::Result& result, const Vocabulary& vocabulary,
                                                 const std::optional<Intervals>& intervals);

}  // namespace tagloom::result_page
