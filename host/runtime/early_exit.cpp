#include "runtime/early_exit.hpp"

#include "runtime/crash.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <sys/syscall.h>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

std::atomic<bool> at_work = false;
/// A process that was forked from this one may end as it likes.
std::atomic<pid_t> whose = 0;

bool is_early() noexcept {
  return at_work && getpid() == whose;
}

/// The other handlers would meet what is still in use.
[[noreturn]] void refuse(const char* call) noexcept {
  say_ended_by(call);
  end_now(1);
}

void on_exit() {
  if (!is_early()) return;
  std::fflush(stdout);
  refuse("exit()");
}

void on_quick_exit() {
  if (is_early()) refuse("quick_exit()");
}

}  // namespace

RefuseEarlyExit::RefuseEarlyExit() {
  [[maybe_unused]] static const int registered = std::atexit(on_exit);
  [[maybe_unused]] static const int registered_too = std::at_quick_exit(on_quick_exit);
  whose = getpid();
  at_work = true;
}

RefuseEarlyExit::~RefuseEarlyExit() {
  at_work = false;
}

void end_now(int status) noexcept {
  while (true)
    (void)syscall(SYS_exit_group, status);
}

}  // namespace tagloom::runtime

/// These two run no handler. The loader finds a program's own symbols before the C library's, so that plugins
/// and what they bring call these; the C library calls its own by another name.
extern "C" {

[[gnu::visibility("default")]] void _exit(int status) {
  if (tagloom::runtime::is_early()) tagloom::runtime::refuse("_exit()");
  tagloom::runtime::end_now(status);
}

[[gnu::visibility("default")]] void _Exit(int status) noexcept {
  _exit(status);
}
}
