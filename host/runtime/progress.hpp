#pragma once

/// A progress bar with rate and remaining time on standard error: redrawn in place on a terminal, a line
/// every now and then in a log file. Debian has no well-kept C++ library for this.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace tagloom::runtime {

class Progress {
 public:
  /// `total` items called `unit` ("images").
  Progress(std::string title, std::int64_t total, std::string unit);
  /// Ends the line that is being redrawn.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// What stands behind the numbers from now on.
  void note(std::string text) { note_ = std::move(text); }
  /// `count` more items are done.
  void advance(std::int64_t count);

 private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point now);
  [[nodiscard]] std::string with_note(std::string numbers) const;

  std::string title_;
  std::int64_t total_;
  std::string unit_;
  std::string note_;
  std::int64_t done_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_ = {};
  bool terminal_;
  /// How long the line is that is drawn.
  std::size_t width_ = 0;
};

/// 75 s as "1:15".
std::string clock_text(double seconds);

}  // namespace tagloom::runtime
