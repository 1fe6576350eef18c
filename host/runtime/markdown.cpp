#include "runtime/markdown.hpp"

#include <tagloom/base/name.hpp>

namespace tagloom::runtime {

std::string in_markdown(std::string_view text) {
  constexpr std::string_view kSigns = "|\\<*_`[";
  std::string escaped;
  for (const char c : shown(text)) {
    if (kSigns.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace tagloom::runtime
