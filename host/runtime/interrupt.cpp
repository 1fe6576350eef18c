#include "runtime/interrupt.hpp"

#include <tagloom/base/interrupt.hpp>

#include <csignal>

namespace tagloom::runtime {

void watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = request_stop;
  // The second signal meets the default action; system calls go on where they were.
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
  return stop_requested();
}

}  // namespace tagloom::runtime
