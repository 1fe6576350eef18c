#include "runtime/working_folder.hpp"

#include <atomic>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

/// Open until the process ends.
std::atomic<int> kept = -1;

bool is_here(int folder) {
  struct stat wanted {};
  struct stat now {};
  return fstat(folder, &wanted) == 0 && stat(".", &now) == 0 && wanted.st_dev == now.st_dev &&
         wanted.st_ino == now.st_ino;
}

}  // namespace

void keep_working_folder() {
  kept = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

void come_back_to_working_folder() noexcept {
  if (const int folder = kept; folder >= 0 && !is_here(folder)) (void)!fchdir(folder);
}

}  // namespace tagloom::runtime
