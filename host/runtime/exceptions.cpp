#include "runtime/exceptions.hpp"

#include <tagloom/base/error.hpp>

#include <algorithm>
#include <array>
#include <new>

namespace tagloom::runtime {

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

std::string_view reason(const std::exception& error) {
  const std::string_view line = first_line(error.what());
  const auto end = line.find("] ");
  return line.starts_with('[') && end != std::string_view::npos ? line.substr(end + 2) : line;
}

bool ran_out_of_memory(const std::exception& error) {
  constexpr std::array<std::string_view, 4> kWords = {"can't allocate memory", "out of memory",
                                                      "ALLOC_FAILED", "Insufficient memory"};
  const std::string_view line = first_line(error.what());
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
         std::ranges::any_of(
             kWords, [&](std::string_view words) { return line.find(words) != std::string_view::npos; });
}

std::string causes(const std::exception& error) {
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& nested) {
    const bool own = dynamic_cast<const Error*>(&nested) != nullptr;
    return (own ? std::string() : std::string(nested.what()) + "\n") + causes(nested);
  }
  return "";
}

}  // namespace tagloom::runtime
