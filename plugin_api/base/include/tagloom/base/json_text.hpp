#pragma once

/// The one way in which JSON becomes text. Labels, names and paths come from outside and need not be UTF-8;
/// the library's own `dump` throws at the first that is not, in the middle of writing what hours have
/// computed.

#include <nlohmann/json.hpp>

#include <string>

namespace tagloom {

/// On one line, or indented by so many spaces a level. Bytes that are no UTF-8 are replaced by U+FFFD. `Json`
/// is nlohmann::json or nlohmann::ordered_json.
template <class Json>
[[nodiscard]] std::string to_json_text(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace tagloom
