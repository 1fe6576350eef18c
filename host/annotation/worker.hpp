#pragma once

/// A thread that does one thing to each item it is given, in order, while whoever gives them goes on. Items
/// wait in a queue of bounded length.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace tagloom::annotation {

template <class Item>
class Worker {
 public:
  /// `stop` is asked while somebody waits; true ends the waiting. What waits in the queue then is not done.
  Worker(std::size_t most_waiting, std::function<void(Item)> work, std::function<bool()> stop)
      : most_waiting_(most_waiting), work_(std::move(work)), stop_(std::move(stop)) {
    thread_ = std::jthread([this](const std::stop_token& told) { run(told); });
  }
  /// Waits for the item at hand, and does no other.
  ~Worker() {
    thread_.request_stop();
    changed_.notify_all();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Waits while the queue is full. Throws what the work threw.
  void give(Item item) {
    std::unique_lock lock(mutex_);
    wait(lock, [this] { return items_.size() < most_waiting_; });
    items_.push_back(std::move(item));
    changed_.notify_all();
  }

  /// Waits until all is done. Throws what the work threw.
  void finish() {
    std::unique_lock lock(mutex_);
    wait(lock, [this] { return items_.empty() && !working_; });
  }

 private:
  template <class Condition>
  void wait(std::unique_lock<std::mutex>& lock, const Condition& condition) {
    constexpr std::chrono::milliseconds kHearsAStop(100);
    while (!changed_.wait_for(lock, kHearsAStop, [&] { return failure_ || condition(); }))
      if (stop_()) return;
    if (failure_) std::rethrow_exception(failure_);
  }

  void run(const std::stop_token& told) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, told, [this] { return !items_.empty(); }) && !told.stop_requested()) {
      Item item = std::move(items_.front());
      items_.pop_front();
      working_ = true;
      changed_.notify_all();
      lock.unlock();
      const std::exception_ptr failure = failure_of(std::move(item));
      lock.lock();
      working_ = false;
      failure_ = failure;
      changed_.notify_all();
      if (failure) return;
    }
  }

  std::exception_ptr failure_of(Item item) {
    try {
      work_(std::move(item));
      return nullptr;
    } catch (...) {  // for who gives the next one to say
      return std::current_exception();
    }
  }

  const std::size_t most_waiting_;
  const std::function<void(Item)> work_;
  const std::function<bool()> stop_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Item> items_;
  bool working_ = false;
  std::exception_ptr failure_;
  // Last, so that the thread ends before what it uses.
  std::jthread thread_;
};

}  // namespace tagloom::annotation
