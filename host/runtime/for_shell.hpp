#pragma once

#include <string>
#include <string_view>

namespace tagloom::runtime {

/// A word of a command line that a user is to copy: in single quotes, unless a shell leaves it as it is.
[[nodiscard]] std::string for_shell(std::string_view word);

}  // namespace tagloom::runtime
