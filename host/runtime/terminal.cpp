#include "runtime/terminal.hpp"

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

}  // namespace

int columns(const Variables& variable) {
  if (const int asked = number_in(variable("COLUMNS").value_or("")); asked > 0) return asked;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kUsual;
}

bool takes_colours(int descriptor, const Variables& variable) {
  return isatty(descriptor) == 1 && variable("NO_COLOR").value_or("").empty() &&
         variable("TERM").value_or("dumb") != "dumb";
}

}  // namespace tagloom::runtime
