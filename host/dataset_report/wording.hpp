#pragma once

/// How sentences of the report are put together.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tagloom::dataset_report {

/// What is beyond so many is counted; --json has all.
inline constexpr std::size_t kNamed = 10;

/// Indented by two, and by four where it goes on.
[[nodiscard]] std::string paragraph(std::string_view text, int columns);

/// "a, b, c and 4 more".
[[nodiscard]] std::string list(std::span<const std::string> items);

}  // namespace tagloom::dataset_report
