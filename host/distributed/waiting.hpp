#pragma once

/// Waits that end: each takes a limit that is its total, and hears the signals that ask to stop.

#include <tagloom/base/error.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace tagloom::distributed {

using Clock = std::chrono::steady_clock;

/// The processes did not come together; the sentence says why.
class NoMeeting : public Error {
 public:
  using Error::Error;
};

/// What a thread waits for, so that another one can stop waiting for it and say what was missing. Shared by
/// the two.
class Wait {
 public:
  /// From now on the thread waits for what `sentence` misses, until `end` at most.
  void begin(Clock::time_point end, std::string sentence);
  /// The last one.
  [[nodiscard]] std::string sentence() const;
  /// For the other thread. Throws NoMeeting with the sentence if the end is past, Interrupted if a signal
  /// asked to stop; after that this process ends without its threads.
  void check() const;

 private:
  mutable std::mutex mutex_;
  Clock::time_point end_ = Clock::time_point::max();
  std::string sentence_;
};

/// Returns what `work` returns, or throws what it throws, for work inside a library that takes no deadline:
/// it runs on a thread of its own, which is left behind when its Wait is over. So `work` must own all that it
/// uses.
template <class Result>
Result done_in_time(std::function<Result(Wait&)> work) {
  constexpr auto kLookEvery = std::chrono::milliseconds(50);
  const auto wait = std::make_shared<Wait>();
  std::packaged_task<Result()> task([wait, work = std::move(work)] { return work(*wait); });
  std::future<Result> result = task.get_future();
  std::thread(std::move(task)).detach();
  while (result.wait_for(kLookEvery) != std::future_status::ready)
    wait->check();
  return result.get();
}

/// How a wait in slices ended.
enum class Ending { done, out_of_time, stopped };

/// Calls `done` with the time that it may wait until it says yes, for `limit` in all. When a signal asks to
/// stop, what is under way has half a second to be done.
Ending wait_in_slices(std::chrono::milliseconds limit,
                      const std::function<bool(std::chrono::milliseconds slice)>& done);

}  // namespace tagloom::distributed
