#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace tagloom {

/// A count and its noun: "1 image", "2 images". `many` is the plural where an "s" does not make it, or where
/// a verb follows (`counted(n, "file is", "files are")`).
template <std::integral Count>
[[nodiscard]] std::string counted(Count count, std::string_view one, std::string_view many = {}) {
  std::string text = std::to_string(count) + ' ';
  if (count == 1 || many.empty()) text += one;
  if (count != 1) text += many.empty() ? "s" : many;
  return text;
}

}  // namespace tagloom
