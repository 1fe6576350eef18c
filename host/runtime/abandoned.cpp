#include "runtime/abandoned.hpp"

#include <atomic>

namespace tagloom::runtime {
namespace {

// The process's, as the threads are.
std::atomic<bool> abandoned = false;

}  // namespace

void leave_without_joining() noexcept {
  abandoned = true;
}

bool leaves_without_joining() noexcept {
  return abandoned;
}

}  // namespace tagloom::runtime
