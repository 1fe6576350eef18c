#include "distributed/waiting.hpp"

#include "runtime/abandoned.hpp"

#include <tagloom/base/interrupt.hpp>

#include <algorithm>

namespace tagloom::distributed {

void Wait::begin(Clock::time_point end, std::string sentence) {
  const std::lock_guard lock(mutex_);
  end_ = end;
  sentence_ = std::move(sentence);
}

std::string Wait::sentence() const {
  const std::lock_guard lock(mutex_);
  return sentence_;
}

void Wait::check() const {
  const std::lock_guard lock(mutex_);
  if (!stop_requested() && Clock::now() < end_) return;
  runtime::leave_without_joining();
  if (stop_requested()) throw Interrupted("stopped by a signal while waiting for the other processes.");
  throw NoMeeting(sentence_);
}

Ending wait_in_slices(std::chrono::milliseconds limit,
                      const std::function<bool(std::chrono::milliseconds slice)>& done) {
  using std::chrono::milliseconds;
  constexpr milliseconds kSlice(100);
  constexpr milliseconds kToBeDone(500);
  Clock::time_point end = Clock::now() + limit;
  bool stopping = false;
  while (!done(kSlice)) {
    const auto now = Clock::now();
    if (!stopping && stop_requested()) {
      stopping = true;
      end = std::min(end, now + kToBeDone);
    }
    if (now >= end) return stopping ? Ending::stopped : Ending::out_of_time;
  }
  return Ending::done;
}

}  // namespace tagloom::distributed
