#pragma once

#include <string_view>

namespace tagloom::runtime {

/// LibTorch's, c10d's and Boost's messages go on for pages; their first line is what the user needs.
inline std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace tagloom::runtime
