#include "runtime/calling.hpp"

#include "runtime/working_folder.hpp"

#include <atomic>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

thread_local const Calling* innermost = nullptr;
std::atomic<const Calling*> innermost_of_main = nullptr;

void enter(const Calling* calling) {
  innermost = calling;
  static const pid_t process = getpid();
  if (gettid() == process) innermost_of_main = calling;
}

}  // namespace

Calling::Calling(std::string_view purpose) : outer_(innermost) {
  purpose.copy(purpose_.data(), purpose_.size() - 1);
  enter(this);
}

Calling::~Calling() {
  come_back_to_working_folder();
  enter(outer_);
}

const char* Calling::purpose() noexcept {
  const Calling* const calling = innermost != nullptr ? innermost : innermost_of_main.load();
  return calling == nullptr ? nullptr : calling->purpose_.data();
}

}  // namespace tagloom::runtime
