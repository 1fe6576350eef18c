#pragma once

/// What a running experiment shows, on standard error: a line whenever something begins or ends, and on a
/// terminal, below these, a table of what runs that is drawn anew in place.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace tagloom::experiment {

class Board {
 public:
  /// There are so many cells.
  explicit Board(std::size_t cells);
  /// Takes the table away.
  ~Board();
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  [[nodiscard]] std::size_t cells() const { return cells_; }
  /// A line that stays.
  void say(const std::string& line);
  void cell_done() { ++done_; }
  void cell_failed() { ++failed_; }
  /// Whether it is time to draw what runs.
  [[nodiscard]] bool due() const { return terminal_ && Clock::now() >= next_; }
  /// What runs now, a line each.
  void show(const std::vector<std::string>& running);

 private:
  using Clock = std::chrono::steady_clock;
  void erase();

  std::size_t cells_;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  bool terminal_;
  /// Lines of the table that stand on the terminal.
  std::size_t drawn_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point next_ = start_;
};

}  // namespace tagloom::experiment
