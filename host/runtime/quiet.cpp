#include "runtime/quiet.hpp"

#include <atomic>

namespace tagloom::runtime {
namespace {

// Warnings come from anywhere, plugins' threads included.
std::atomic<bool> quiet = false;
std::atomic<bool> verbose = false;

}  // namespace

void be_quiet() {
  quiet = true;
}

bool is_quiet() {
  return quiet;
}

void be_verbose() {
  verbose = true;
}

bool is_verbose() {
  return verbose;
}

}  // namespace tagloom::runtime
