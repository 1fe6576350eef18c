#include <tagloom/base/interrupt.hpp>
#include <tagloom/datasets/images/memory_budget.hpp>

#include <algorithm>
#include <chrono>

namespace tagloom::datasets {

MemoryBudget::Lease MemoryBudget::take(std::uint64_t bytes) {
  constexpr std::chrono::milliseconds kHearsAStop(100);
  const std::uint64_t wanted = std::min(bytes, bytes_);
  std::unique_lock lock(mutex_);
  const std::uint64_t mine = next_turn_++;
  // Whoever leaves without its turn would block all behind it, so that a stop is only heard by who is first;
  // the others follow at once.
  while (turn_ != mine || free_ < wanted) {
    changed_.wait_for(lock, kHearsAStop);
    if (turn_ == mine && stop_requested()) break;
  }
  ++turn_;
  changed_.notify_all();
  throw_if_stop_requested();
  free_ -= wanted;
  return {this, wanted};
}

void MemoryBudget::give_back(std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  free_ += bytes;
  changed_.notify_all();
}

}  // namespace tagloom::datasets
