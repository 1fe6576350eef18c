#pragma once

/// When a run saves where it stands: after its first step, then after one second, two, four and so on up to a
/// minute, so that a run which is often interrupted gets on all the same; and where saving takes long, no
/// oftener than it may take a tenth of the time. The clock is the caller's.

#include <algorithm>
#include <chrono>

namespace tagloom::training {

class SaveSchedule {
 public:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] bool is_due(Clock::time_point now) const { return now >= next_; }
  /// It was, from `began` to `ended`.
  void saved(Clock::time_point began, Clock::time_point ended) {
    constexpr Clock::duration kLongest = std::chrono::minutes(1);
    interval_ = std::min(2 * interval_, kLongest);
    next_ = ended + std::max(interval_, 10 * (ended - began));
  }

 private:
  Clock::time_point next_ = Clock::time_point::min();
  Clock::duration interval_ = std::chrono::milliseconds(500);
};

}  // namespace tagloom::training
