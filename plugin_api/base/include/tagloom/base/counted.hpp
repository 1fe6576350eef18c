#pragma once

#include <fmt/format.h>

#include <concepts>
#include <string>
#include <string_view>

namespace tagloom {

/// A count and its noun: "1 image", "2 images". `many` is the plural where an "s" does not make it, or where
/// a verb follows (`counted(n, "file is", "files are")`).
template <std::integral Count>
[[nodiscard]] std::string counted(Count count, std::string_view one, std::string_view many = {}) {
  if (count == 1) return fmt::format("1 {}", one);
  return many.empty() ? fmt::format("{} {}s", count, one) : fmt::format("{} {}", count, many);
}

}  // namespace tagloom
