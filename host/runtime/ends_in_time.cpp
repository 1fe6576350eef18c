#include "runtime/ends_in_time.hpp"

#include "runtime/explained.hpp"
#include "runtime/interrupt.hpp"

#include <fmt/format.h>

#include <pthread.h>
#include <utility>

namespace tagloom::runtime {
namespace {

// A handler cannot wake a thread.
constexpr std::chrono::milliseconds kBetweenLooks{100};

/// Nobody is above a thread to be thrown to.
std::string kept(const std::function<std::string()>& keep) noexcept {
  try {
    return explained("keeping what is done", keep);
  } catch (const std::exception& error) {
    return fmt::format("stopped; what was not on the disk yet is lost: {}", error.what());
  }
}

}  // namespace

EndsInTime::EndsInTime(std::chrono::milliseconds patience, std::function<std::string()> keep)
    : patience_(patience), keep_(std::move(keep)), watcher_([this] { watch(); }) {}

EndsInTime::~EndsInTime() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  ended_.notify_one();
  watcher_.join();
}

void EndsInTime::watch() {
  // For those who look at the process from outside: from here on it ends in good order.
  pthread_setname_np(pthread_self(), "keeps-work");
  std::unique_lock lock(mutex_);
  const auto over = [&] { return over_; };
  while (!stop_requested()) {
    if (ended_.wait_for(lock, kBetweenLooks, over)) return;
  }
  if (ended_.wait_for(lock, patience_, over)) return;
  end_interrupted(kept(keep_));
}

}  // namespace tagloom::runtime
