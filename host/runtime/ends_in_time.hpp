#pragma once

/// An EndsInGoodOrder (base/interrupt.hpp) for work whose single steps may take longer than a signal may be
/// left unheard: a batch through an encoder, a step of training, a read from a disk that does not answer. A
/// step that ends in time lets the work end by itself; otherwise what was done before it is kept and the
/// process ended, by a thread beside it.

#include <tagloom/base/interrupt.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace tagloom::runtime {

class EndsInTime {
 public:
  /// `keep` puts on disk what is done and returns the sentence that says so; if it throws, the sentence says
  /// what is lost. It runs at most once, in another thread, while nobody holds `changing`, when the work has
  /// not ended by itself within `patience` of the signal.
  EndsInTime(std::chrono::milliseconds patience, std::function<std::string()> keep);
  ~EndsInTime();
  EndsInTime(const EndsInTime&) = delete;
  EndsInTime& operator=(const EndsInTime&) = delete;

  /// Held by the work while it changes what `keep` reads, or writes what must be whole.
  [[nodiscard]] std::unique_lock<std::mutex> changing() { return std::unique_lock(mutex_); }

 private:
  void watch();

  EndsInGoodOrder in_good_order_;
  std::chrono::milliseconds patience_;
  std::function<std::string()> keep_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread watcher_;
};

}  // namespace tagloom::runtime
