#pragma once

/// Text of others in a Markdown document.

#include <string>
#include <string_view>

namespace tagloom::runtime {

/// A name or sentence as it shall be read, in a table's cell too: what Markdown or HTML would take for a sign
/// has a backslash before it.
[[nodiscard]] std::string in_markdown(std::string_view text);

}  // namespace tagloom::runtime
