#include "plugins/guarded.hpp"

#include "runtime/first_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tagloom::plugins {
namespace {

/// LibTorch's allocators and std::bad_alloc have no type in common.
bool ran_out_of_memory(std::string_view reason) {
  constexpr std::array<std::string_view, 3> kWords = {"can't allocate memory", "out of memory", "bad_alloc"};
  return std::ranges::any_of(
      kWords, [&](std::string_view words) { return reason.find(words) != std::string_view::npos; });
}

}  // namespace

PluginError failure(const std::string& where, const std::string& reason) {
  const std::string_view line = runtime::first_line(reason);
  if (ran_out_of_memory(reason))
    return PluginError(fmt::format(
        "There is not enough memory for {} ({}); take a smaller --batch, or smaller options.", where, line));
  return PluginError(fmt::format(
      "A failure in {}: {}. `tagloom plugins check NAME` tests a plugin alone; --verbose shows all of it.",
      where, line));
}

}  // namespace tagloom::plugins
