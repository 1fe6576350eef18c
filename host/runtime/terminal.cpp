#include "runtime/terminal.hpp"

#include "runtime/wrapped.hpp"

#include <algorithm>
#include <charconv>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

constexpr int kUsual = 80;

/// 0 if it is none.
int number_in(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 ? number : 0;
}

int columns_of(int descriptor, const Variables& variable) {
  if (const int asked = number_in(variable("COLUMNS").value_or("")); asked > 0) return asked;
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kUsual;
}

}  // namespace

int columns(const Variables& variable) {
  return columns_of(STDOUT_FILENO, variable);
}

std::string in_lines(int descriptor, std::string_view text, std::size_t indent, const Variables& variable) {
  if (isatty(descriptor) != 1) return std::string(text);
  // Below that, every word would have a line to itself.
  constexpr int kNarrowest = 40;
  const auto width = static_cast<std::size_t>(std::max(columns_of(descriptor, variable), kNarrowest));
  std::string lines;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    lines += wrapped(line, {.width = width, .indent = std::min(indent, width * 2 / 3)});
  }
  if (lines.ends_with('\n') && !text.ends_with('\n')) lines.pop_back();
  return lines;
}

bool takes_colours(int descriptor, const Variables& variable) {
  return isatty(descriptor) == 1 && variable("NO_COLOR").value_or("").empty() &&
         variable("TERM").value_or("dumb") != "dumb";
}

}  // namespace tagloom::runtime
