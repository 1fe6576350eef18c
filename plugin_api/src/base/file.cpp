#include <tagloom/base/file.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tagloom {
namespace {

std::string reason(int error_number) {
  return std::generic_category().message(error_number);
}

int open_as(const std::filesystem::path& path, File::Mode mode) {
  // Without O_NONBLOCK, opening a pipe would wait for its other end.
  constexpr int kAlways = O_CLOEXEC | O_NONBLOCK;
  if (mode == File::Mode::read) return ::open(path.c_str(), kAlways | O_RDONLY);
  // What is left of an earlier try goes, and so does a link, through which another's file would be written.
  (void)::unlink(path.c_str());
  return ::open(path.c_str(), kAlways | O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0666);
}

}  // namespace

DataError cannot_write(const std::filesystem::path& path, int error_number) {
  const bool no_room = error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
  return DataError(
      fmt::format("cannot write {}: {}; {}", path.string(), reason(error_number),
                  no_room ? "make room and run the same command again, what is stored already is kept"
                          : "check the folder and its disk"));
}

File::File(std::filesystem::path path, Mode mode)
    : path_(std::move(path)), descriptor_(open_as(path_, mode)) {
  if (descriptor_ < 0 && mode == Mode::create) throw cannot_write(path_, errno);
  if (descriptor_ < 0) {
    if (errno == ENOENT) throw DataError(fmt::format("there is no file {}; check the path", path_.string()));
    throw DataError(
        fmt::format("{} cannot be opened: {}; check its permissions", path_.string(), reason(errno)));
  }
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw DataError(fmt::format("{} is not a file; give the path of one", path_.string()));
  }
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

File::File(File&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

std::uint64_t File::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0)
    throw DataError(fmt::format("{} cannot be read: {}", path_.string(), reason(errno)));
  return static_cast<std::uint64_t>(status.st_size);
}

void File::read_at(std::span<std::byte> bytes, std::uint64_t offset) const {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw DataError(fmt::format("{} cannot be read: {}", path_.string(), reason(errno)));
    if (got == 0) throw DamagedFile(fmt::format("{} is cut short; copy it or make it again", path_.string()));
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
}

void File::write_at(std::span<const std::byte> bytes, std::uint64_t offset) const {
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw cannot_write(path_, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
}

void File::resize(std::uint64_t bytes) const {
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0) throw cannot_write(path_, errno);
}

void File::sync() const {
  if (::fsync(descriptor_) != 0) throw cannot_write(path_, errno);
}

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  const File file(path, File::Mode::read);
  std::vector<std::byte> bytes(file.size());
  file.read_at(bytes, 0);
  return bytes;
}

void rename_for_good(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) throw cannot_write(to, errno);
  const auto folder = to.has_parent_path() ? to.parent_path() : std::filesystem::path(".");
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  // Some network file systems cannot sync a folder; the file itself is on the disk by now.
  (void)::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace tagloom
