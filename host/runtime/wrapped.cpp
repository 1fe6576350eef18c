#include "runtime/wrapped.hpp"

#include <algorithm>

namespace tagloom::runtime {

std::string wrapped(std::string_view text, const Wrapping& wrapping) {
  std::string lines;
  std::string line(wrapping.first_indent, ' ');
  bool empty = true;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    // The last word of all has nothing behind it.
    const std::size_t behind = text.empty() ? 0 : wrapping.continued.size();
    if (!empty && line.size() + 1 + word.size() + behind > wrapping.width) {
      lines += line + std::string(wrapping.continued) + "\n";
      line.assign(wrapping.indent, ' ');
      empty = true;
    }
    line += (empty ? "" : " ") + std::string(word);
    empty = false;
  }
  return lines + line + "\n";
}

std::string entry(std::string_view left, std::string_view right, std::size_t start, std::size_t width) {
  const bool beside = left.size() + 2 <= start;
  std::string text(left);
  text += beside ? std::string(start - left.size(), ' ') : "\n";
  const std::string lines = wrapped(right, {.width = width, .first_indent = start, .indent = start});
  return text + (beside ? lines.substr(start) : lines);
}

}  // namespace tagloom::runtime
