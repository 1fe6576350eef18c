#include "runtime/calling.hpp"

#include <atomic>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

thread_local const Calling* innermost = nullptr;
std::atomic<const Calling*> innermost_of_main = nullptr;

bool same(const struct stat& left, const struct stat& right) {
  return left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

/// Where the process is, for it to come back to.
class WorkingFolder {
 public:
  WorkingFolder() : descriptor_(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (descriptor_ < 0 || fstat(descriptor_, &folder_) != 0) descriptor_ = -1;
  }
  void come_back() const noexcept {
    struct stat now {};
    if (descriptor_ >= 0 && (stat(".", &now) != 0 || !same(now, folder_))) (void)!fchdir(descriptor_);
  }

 private:
  /// Open until the process ends.
  int descriptor_;
  struct stat folder_ {};
};

const WorkingFolder& working_folder() {
  static const WorkingFolder folder;
  return folder;
}

void enter(const Calling* calling) {
  innermost = calling;
  static const pid_t process = getpid();
  if (gettid() == process) innermost_of_main = calling;
}

}  // namespace

Calling::Calling(std::string_view purpose) : outer_(innermost) {
  (void)working_folder();
  purpose.copy(purpose_.data(), purpose_.size() - 1);
  enter(this);
}

Calling::~Calling() {
  working_folder().come_back();
  enter(outer_);
}

const char* Calling::purpose() noexcept {
  const Calling* const calling = innermost != nullptr ? innermost : innermost_of_main.load();
  return calling == nullptr ? nullptr : calling->purpose_.data();
}

}  // namespace tagloom::runtime
