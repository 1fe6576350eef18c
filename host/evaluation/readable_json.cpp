#include "evaluation/readable_json.hpp"

#include <tagloom/base/json_text.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tagloom::evaluation {
namespace {

using nlohmann::json;

bool on_one_line(const json& value) {
  return value.empty() || !value.is_structured() ||
         (value.is_array() &&
          std::ranges::none_of(value, [](const json& each) { return each.is_structured(); }));
}

void write_value(const json& value, std::size_t depth, std::string& text) {
  if (on_one_line(value)) {
    text += to_json_text(value);
    return;
  }
  text += value.is_object() ? '{' : '[';
  for (auto each = value.begin(); each != value.end(); ++each) {
    text += each == value.begin() ? "\n" : ",\n";
    text.append(depth + 1, ' ');
    if (value.is_object()) text += to_json_text(json(each.key())) + ": ";
    write_value(*each, depth + 1, text);
  }
  text += '\n';
  text.append(depth, ' ');
  text += value.is_object() ? '}' : ']';
}

double short_number(float value) {
  std::array<char, 32> digits{};
  const auto written = std::to_chars(digits.begin(), digits.end(), value);
  double number = 0;
  std::from_chars(digits.begin(), written.ptr, number);
  return number;
}

}  // namespace

std::string to_readable_text(const json& json) {
  std::string text;
  write_value(json, 0, text);
  return text;
}

json short_numbers(const std::vector<float>& values) {
  json numbers = json::array();
  for (const float value : values)
    numbers.push_back(std::isfinite(value) ? json(short_number(value)) : json());
  return numbers;
}

}  // namespace tagloom::evaluation
