#pragma once

/// When rows that wait in memory go to the disk although their shard is not full: soon after a process
/// began, so that even one that is killed every few seconds gets on, and rarely later. A process that is
/// killed loses an eighth of what it did, ten seconds at most.

#include <tagloom/featurecache/writer.hpp>

#include <algorithm>
#include <chrono>

namespace tagloom::featurecache {

class StoreSchedule {
 public:
  explicit StoreSchedule(Clock now) : now_(std::move(now)), start_(now_()), stored_(start_) {}

  [[nodiscard]] bool due() const {
    constexpr std::chrono::seconds kMost(10);
    constexpr std::chrono::milliseconds kLeast(250);
    const auto now = now_();
    // A slow disk has a tenth of the time at most.
    const auto least = std::max<Clock::result_type::duration>(kLeast, 10 * cost_);
    return now - stored_ >=
           std::max(least, std::min<Clock::result_type::duration>((now - start_) / 8, kMost));
  }

  template <typename Store>
  void run(const Store& store) {
    const auto begin = now_();
    store();
    stored_ = now_();
    cost_ = stored_ - begin;
  }

 private:
  Clock now_;
  Clock::result_type start_;
  Clock::result_type stored_;
  Clock::result_type::duration cost_ = {};
};

}  // namespace tagloom::featurecache
