#include "runtime/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

constexpr int kBarWidth = 30;
constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kLogLine{10};

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
  const auto now = Clock::now();
  // In a log file, what was over in a moment needs no line.
  if (done_ > 0 && (terminal_ || now - start_ >= kLogLine)) draw(now);
  if (terminal_) std::fputs("\n", stderr);
}

void Progress::advance(std::int64_t count) {
  done_ += count;
  const auto now = Clock::now();
  const bool due = terminal_ ? now - drawn_ >= kRedraw : now - drawn_ >= kLogLine;
  if (due && done_ < total_) draw(now);
}

void Progress::draw(Clock::time_point now) {
  drawn_ = now;
  const double seconds = std::max(std::chrono::duration<double>(now - start_).count(), 1e-6);
  const double rate = static_cast<double>(done_) / seconds;
  const double left = rate > 0 ? static_cast<double>(total_ - done_) / rate : 0;
  const double share = total_ > 0 ? static_cast<double>(done_) / static_cast<double>(total_) : 1;
  const int filled = std::clamp(static_cast<int>(share * kBarWidth), 0, kBarWidth);
  const std::string time = done_ >= total_ ? "in " + clock_text(seconds) : clock_text(left) + " left";
  const std::string line =
      terminal_ ? fmt::format("\r{} [{:#<{}}{:.<{}}] {}/{} {}  {:.1f}/s  {}   ", title_, "", filled, "",
                              kBarWidth - filled, done_, total_, unit_, rate, time)
                : fmt::format("{} {}/{} {}  {:.1f}/s  {}\n", title_, done_, total_, unit_, rate, time);
  // Not by `print_error`, which would show the \r; a line that cannot be written is no loss.
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace tagloom::runtime
