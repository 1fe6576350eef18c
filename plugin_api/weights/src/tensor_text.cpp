#include "tensor_text.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tagloom {

std::string tensor_name(std::string_view name) {
  constexpr std::size_t kLongest = 120;
  return shown(name.substr(0, kLongest)) + (name.size() > kLongest ? "..." : "");
}

std::string shape_text(c10::ArrayRef<std::int64_t> shape) {
  constexpr std::size_t kMost = 8;
  if (shape.size() <= kMost) return fmt::format("[{}]", fmt::join(shape, ", "));
  return fmt::format("[{}, ...; {} dimensions]", fmt::join(shape.slice(0, kMost), ", "), shape.size());
}

}  // namespace tagloom
