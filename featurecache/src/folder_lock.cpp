#include "parts.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tagloom::featurecache {
namespace {

/// The process that held the lock before may have finished and deleted the folder just before we got the
/// lock.
bool still_there(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && status.st_nlink > 0;
}

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder) {
  while (true) {
    if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) throw cannot_write(folder, errno);
    const auto file = folder / "lock";
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno == ENOENT) continue;
    if (descriptor_ < 0) throw cannot_write(file, errno);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      ::close(descriptor_);
      throw DataError(
          fmt::format("another process is building the cache in {}; wait for it or end it", folder.string()));
    }
    if (still_there(descriptor_)) return;
    ::close(descriptor_);
  }
}

FolderLock::~FolderLock() {
  ::close(descriptor_);
}

}  // namespace tagloom::featurecache
