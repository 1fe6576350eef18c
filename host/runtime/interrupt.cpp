#include "runtime/interrupt.hpp"

#include <csignal>

namespace tagloom::runtime {
namespace {

// A signal handler can reach nothing but a global of this type.
volatile std::sig_atomic_t arrived = 0;

}  // namespace

void watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { arrived = 1; };
  // The second signal meets the default action; system calls go on where they were.
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
  return arrived != 0;
}

}  // namespace tagloom::runtime
