#pragma once

/// A field of a CSV file.

#include <string>
#include <string_view>

namespace tagloom::runtime {

/// As CSV wants a name where it holds a comma or a quote. It has no line breaks, which many readers of CSV
/// cut records at even between quotes.
[[nodiscard]] std::string csv_field(std::string_view name);

}  // namespace tagloom::runtime
