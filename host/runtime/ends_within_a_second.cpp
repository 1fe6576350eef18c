#include "runtime/ends_within_a_second.hpp"

#include "runtime/interrupt.hpp"

#include <chrono>
#include <pthread.h>
#include <utility>

namespace tagloom::runtime {
namespace {

// A handler cannot wake a thread; together these leave a third of the second to what is kept.
constexpr std::chrono::milliseconds kBetweenLooks{100};
constexpr std::chrono::milliseconds kForTheStep{500};

}  // namespace

EndsWithinASecond::EndsWithinASecond(std::function<std::string()> keep)
    : keep_(std::move(keep)), watcher_([this] { watch(); }) {}

EndsWithinASecond::~EndsWithinASecond() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  ended_.notify_one();
  watcher_.join();
}

void EndsWithinASecond::watch() {
  // For those who look at the process from outside: from here on it ends in good order.
  pthread_setname_np(pthread_self(), "keeps-work");
  std::unique_lock lock(mutex_);
  const auto over = [&] { return over_; };
  while (!stop_requested()) {
    if (ended_.wait_for(lock, kBetweenLooks, over)) return;
  }
  if (ended_.wait_for(lock, kForTheStep, over)) return;
  end_interrupted(keep_());
}

}  // namespace tagloom::runtime
