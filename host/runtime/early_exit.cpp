#include "runtime/early_exit.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace tagloom::runtime {
namespace {

std::atomic<bool> at_work = false;

void on_exit() {
  if (!at_work) return;
  std::fflush(stdout);
  std::fputs("tagloom: a plugin, or a library it brought, called exit() and ended this command half way.\n",
             stderr);
  // `exit` is running already; other handlers would meet what is still in use.
  std::_Exit(1);
}

}  // namespace

RefuseEarlyExit::RefuseEarlyExit() {
  [[maybe_unused]] static const int registered = std::atexit(on_exit);
  at_work = true;
}

RefuseEarlyExit::~RefuseEarlyExit() {
  at_work = false;
}

}  // namespace tagloom::runtime
