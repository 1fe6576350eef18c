#pragma once

/// An EndsInGoodOrder (base/interrupt.hpp) for work whose single steps may take longer than the second within
/// which a signal must be obeyed, such as a batch through an encoder. A step that ends in time lets the work
/// end by itself; otherwise what was done before it is kept and the process ended, by a thread beside it.

#include <tagloom/base/interrupt.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace tagloom::runtime {

class EndsWithinASecond {
 public:
  /// `keep` puts on disk what is done and returns the sentence that says so. It runs at most once, in another
  /// thread, while nobody holds `changing`.
  explicit EndsWithinASecond(std::function<std::string()> keep);
  ~EndsWithinASecond();
  EndsWithinASecond(const EndsWithinASecond&) = delete;
  EndsWithinASecond& operator=(const EndsWithinASecond&) = delete;

  /// Held by the work while it changes what `keep` reads.
  [[nodiscard]] std::unique_lock<std::mutex> changing() { return std::unique_lock(mutex_); }

 private:
  void watch();

  EndsInGoodOrder in_good_order_;
  std::function<std::string()> keep_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread watcher_;
};

}  // namespace tagloom::runtime
