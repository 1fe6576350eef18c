#include <tagloom/base/file.hpp>
#include <tagloom/base/file_lock.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tagloom {
namespace {

/// Who has a lock, or had it, as the lock file tells.
struct Owner {
  pid_t process = 0;
  /// Since the machine started, in the kernel's ticks: a number of a process is given out again.
  unsigned long long started = 0;
  std::string host;
};

std::string this_host() {
  utsname names = {};
  return ::uname(&names) == 0 ? names.nodename : "";
}

/// Nothing if there is no such process.
std::optional<unsigned long long> start_of(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  const std::string line(std::istreambuf_iterator<char>(file), {});
  // The second field is the program's name in parentheses, which may hold anything, also parentheses and line
  // breaks; the start is field 22.
  constexpr int kFieldsBetween = 19;
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int field = 0; field < kFieldsBetween; ++field)
    fields >> skipped;
  unsigned long long start = 0;
  return fields >> start ? std::optional(start) : std::nullopt;
}

std::optional<Owner> owner_in(int descriptor) {
  std::array<char, 512> text = {};
  const ssize_t bytes = ::pread(descriptor, text.data(), text.size(), 0);
  std::istringstream words(std::string(text.data(), bytes < 0 ? 0 : static_cast<std::size_t>(bytes)));
  Owner owner;
  return words >> owner.process >> owner.started >> owner.host ? std::optional(owner) : std::nullopt;
}

/// Only for people and for the last kind of lock, so that a full disk does no harm.
void write_owner(int descriptor) {
  const std::string text =
      fmt::format("{} {} {}\n", ::getpid(), start_of(::getpid()).value_or(0), this_host());
  const bool written = ::pwrite(descriptor, text.data(), text.size(), 0) >= 0;
  (void)::ftruncate(descriptor, written ? static_cast<off_t>(text.size()) : 0);
}

bool is_here(const Owner& owner) {
  return owner.host == this_host();
}

bool lives(const Owner& owner) {
  return is_here(owner) && start_of(owner.process) == owner.started;
}

std::string described(const Owner& owner) {
  return fmt::format("process {} on {}", owner.process, shown(owner.host));
}

/// What is written may be of the owner before.
std::string holder_of(int descriptor) {
  const auto owner = owner_in(descriptor);
  return owner && (lives(*owner) || !is_here(*owner)) ? described(*owner) : "another process";
}

/// Whether it worked; nothing if there are no locks of this kind.
std::optional<bool> flock_file(int descriptor) {
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) return std::nullopt;
  }
  return true;
}

/// The kind that belongs to the open file, not to the process: two in one process exclude each other, and
/// closing another descriptor of the file loses nothing.
std::optional<bool> fcntl_file(int descriptor) {
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  while (::fcntl(descriptor, F_OFD_SETLK, &whole) != 0) {
    if (errno == EAGAIN || errno == EACCES) return false;
    if (errno != EINTR) return std::nullopt;
  }
  return true;
}

int open_lock_file(const std::filesystem::path& path) {
  // Without O_NONBLOCK, opening a pipe would wait for its other end.
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
  if (descriptor < 0 && errno != ELOOP) throw cannot_write(path, errno);
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    if (descriptor >= 0) ::close(descriptor);
    throw DataError(fmt::format(
        "{} is a link or no file, where a lock file belongs; find out who put it there and remove it",
        shown(path)));
  }
  return descriptor;
}

}  // namespace

FileLock::Held::Held(const std::filesystem::path& path, std::string owner)
    : DataError(fmt::format("{} is held by {}; wait for it or end it", shown(path), owner)),
      owner_(std::move(owner)) {}

FileLock FileLock::take(std::filesystem::path path) {
  while (true) {
    const int descriptor = open_lock_file(path);
    FileLock lock(path, descriptor);
    try {
      lock.acquire();
    } catch (...) {
      // The file is another's.
      ::close(std::exchange(lock.descriptor_, -1));
      throw;
    }
    // Who had the lock may have removed the file just before we got it.
    if (!lock.is_in_place()) continue;
    write_owner(descriptor);
    return lock;
  }
}

void FileLock::acquire() {
  auto got = flock_file(descriptor_);
  if (!got) got = fcntl_file(descriptor_);
  const auto owner = got ? std::nullopt : owner_in(descriptor_);
  if (got == false || (owner && lives(*owner))) throw Held(path_, holder_of(descriptor_));
  if (got) return;
  note_ = fmt::format(
      "The file system of {} has no locks, so that a second process there may not be noticed; "
      "start only one.",
      shown(path_));
  if (owner && !is_here(*owner))
    note_ += fmt::format(" The last was {}; end it if it still runs.", described(*owner));
}

bool FileLock::is_in_place() const {
  struct stat open {};
  struct stat there {};
  return ::fstat(descriptor_, &open) == 0 && ::lstat(path_.c_str(), &there) == 0 &&
         open.st_dev == there.st_dev && open.st_ino == there.st_ino;
}

FileLock::~FileLock() {
  if (descriptor_ < 0) return;
  // Before it is given up: afterwards the file may be another's.
  if (is_in_place()) (void)::unlink(path_.c_str());
  ::close(descriptor_);
}

FileLock::FileLock(FileLock&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      note_(std::move(other.note_)) {}

}  // namespace tagloom
