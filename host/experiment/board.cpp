#include "experiment/board.hpp"

#include "runtime/output.hpp"
#include "runtime/progress.hpp"
#include "runtime/quiet.hpp"
#include "runtime/terminal.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace tagloom::experiment {
namespace {

constexpr std::chrono::milliseconds kTick{250};

/// A line that is longer than the terminal could not be taken away again.
std::string cut_to(const std::string& line, int columns) {
  std::string cut = shown(line).substr(0, static_cast<std::size_t>(std::max(columns - 1, 20)));
  // Not in the middle of a letter.
  while (!is_utf8(cut))
    cut.pop_back();
  return cut;
}

}  // namespace

Board::Board(std::size_t cells)
    : cells_(cells), terminal_(isatty(STDERR_FILENO) == 1 && !runtime::is_quiet()) {}

Board::~Board() {
  erase();
}

void Board::erase() {
  for (; drawn_ > 0; --drawn_)
    std::fputs("\x1b[1A\x1b[2K", stderr);
}

void Board::say(const std::string& line) {
  if (runtime::is_quiet()) return;
  erase();
  runtime::print_error("{}\n", line);
  next_ = Clock::now();
}

void Board::show(const std::vector<std::string>& running) {
  const auto now = Clock::now();
  next_ = now + kTick;
  const int columns = runtime::columns();
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::vector<std::string> lines = {fmt::format("{} of {} cells done{}, {}", done_, cells_,
                                                failed_ > 0 ? fmt::format(", {} failed", failed_) : "",
                                                runtime::clock_text(seconds))};
  for (const std::string& line : running)
    lines.push_back("  " + line);
  erase();
  for (const std::string& line : lines)
    std::fputs((cut_to(line, columns) + "\n").c_str(), stderr);
  drawn_ = lines.size();
}

}  // namespace tagloom::experiment
