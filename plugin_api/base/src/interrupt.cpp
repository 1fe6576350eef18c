#include <tagloom/base/interrupt.hpp>

#include <fmt/format.h>

#include <atomic>
#include <cstring>

namespace tagloom {
namespace {

// A handler reaches nothing but globals, and of these only what needs no lock.
std::atomic<int> requested = 0;
std::atomic<int> in_good_order = 0;
static_assert(std::atomic<int>::is_always_lock_free);

}  // namespace

EndsInGoodOrder::EndsInGoodOrder() noexcept {
  ++in_good_order;
}

EndsInGoodOrder::~EndsInGoodOrder() {
  --in_good_order;
}

bool ends_in_good_order() noexcept {
  return in_good_order > 0;
}

void request_stop(int signal) noexcept {
  requested = signal;
}

bool stop_requested() noexcept {
  return requested != 0;
}

std::optional<int> stop_signal() noexcept {
  const int signal = requested;
  return signal == 0 ? std::nullopt : std::optional(signal);
}

void throw_if_stop_requested() {
  if (const auto signal = stop_signal())
    throw Interrupted(fmt::format("stopped by SIG{}.", sigabbrev_np(*signal)));
}

}  // namespace tagloom
