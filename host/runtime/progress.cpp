#include "runtime/progress.hpp"

#include "runtime/quiet.hpp"
#include "runtime/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

constexpr int kWidestBar = 30;
constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kLogLine{10};

/// In what the columns leave beside a text; a line that is longer than the terminal could not be redrawn.
std::string bar(double share, const std::string& beside) {
  constexpr int kAround = 8;
  const int width = std::min(columns() - static_cast<int>(beside.size()) - kAround, kWidestBar);
  if (width < 1) return " ";
  const int filled = std::clamp(static_cast<int>(share * width), 0, width);
  return fmt::format(" [{:#<{}}{:.<{}}] ", "", filled, "", width - filled);
}

}  // namespace

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds + 0.5);
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

Progress::Progress(std::string title, std::int64_t total, std::string unit)
    : title_(std::move(title)), total_(total), unit_(std::move(unit)), terminal_(isatty(STDERR_FILENO) == 1) {
  drawn_ = start_;
}

Progress::~Progress() {
  if (is_quiet()) return;
  const auto now = Clock::now();
  // In a log file, what was over in a moment needs no line.
  if (done_ > 0 && (terminal_ || now - start_ >= kLogLine)) draw(now);
  if (terminal_) std::fputs("\n", stderr);
}

void Progress::advance(std::int64_t count) {
  done_ += count;
  if (is_quiet()) return;
  const auto now = Clock::now();
  const bool due = terminal_ ? now - drawn_ >= kRedraw : now - drawn_ >= kLogLine;
  if (due && done_ < total_) draw(now);
}

/// Left off where the line would be longer than the terminal.
std::string Progress::with_note(std::string numbers) const {
  const std::string noted = note_.empty() ? numbers : numbers + ", " + note_;
  const bool fits = !terminal_ || static_cast<int>(title_.size() + 1 + noted.size()) < columns();
  return fits ? noted : numbers;
}

void Progress::draw(Clock::time_point now) {
  drawn_ = now;
  const double seconds = std::max(std::chrono::duration<double>(now - start_).count(), 1e-6);
  const double rate = static_cast<double>(done_) / seconds;
  const double left = rate > 0 ? static_cast<double>(total_ - done_) / rate : 0;
  const double share = total_ > 0 ? static_cast<double>(done_) / static_cast<double>(total_) : 1;
  const std::string time = done_ >= total_ ? "in " + clock_text(seconds) : clock_text(left) + " left";
  const std::string numbers =
      with_note(fmt::format("{}/{} {}  {:.1f}/s  {}", done_, total_, unit_, rate, time));
  const std::string text = title_ + (terminal_ ? bar(share, title_ + numbers) : " ") + numbers;
  // What was there before may have been longer.
  const std::string line = terminal_ ? fmt::format("\r{:<{}}", text, width_) : text + "\n";
  width_ = text.size();
  // Not by `print_error`, which would show the \r; a line that cannot be written is no loss.
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace tagloom::runtime
