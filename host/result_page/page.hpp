#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace tagloom::result_page {

/// One HTML file that needs nothing else, with `data` (see page_data) in it and what draws it: page/ holds
/// its parts. No text of `data` can end the element that it stands in.
[[nodiscard]] std::string to_html(const nlohmann::ordered_json& data);

}  // namespace tagloom::result_page
