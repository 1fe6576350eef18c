#include "runtime/quiet.hpp"

#include <atomic>

namespace tagloom::runtime {
namespace {

// Warnings come from anywhere, plugins' threads included.
std::atomic<bool> quiet = false;

}  // namespace

void be_quiet() {
  quiet = true;
}

bool is_quiet() {
  return quiet;
}

}  // namespace tagloom::runtime
