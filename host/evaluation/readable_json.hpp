#pragma once

/// JSON of many numbers that people open, too: an entry a line, but for lists of plain values, which stand on
/// one.

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace tagloom::evaluation {

/// Indented by one blank a level. What are no UTF-8 bytes become U+FFFD.
[[nodiscard]] std::string to_readable_text(const nlohmann::json& json);

/// Numbers with as many digits as tell one float from all others: 0.1, where the nearest double has 17
/// digits.
[[nodiscard]] nlohmann::json short_numbers(const std::vector<float>& values);

}  // namespace tagloom::evaluation
