#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>

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

/// What to do about an error that has the same remedy for those who read and those who write; `else_do` about
/// any other.
std::string_view remedy(int error_number, std::string_view else_do) {
  switch (error_number) {
    case ELOOP:
      return "it is a link that leads in a circle, or through too many others; remove it, or give another "
             "name";
    case ENAMETOOLONG:
      return "give a shorter name";
    case ENOTDIR:
      return "check the path, of which a part is no folder";
    case ENOENT:
      return "check the path, of which a part is missing";
    case EACCES:
    case EPERM:
      return "check its permissions and those of its folder";
    case EROFS:
      return "its disk may only be read; give another folder";
    case EMFILE:
    case ENFILE:
      return "too many files are open at once; raise the limit (ulimit -n)";
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "make room and run the same command again, what is stored already is kept";
    default:
      return else_do;
  }
}

/// What the system is told ends at the first zero byte: it would open another file.
void refuse_zero_byte(const std::filesystem::path& path) {
  if (path.native().find('\0') != std::string::npos)
    throw DataError(
        fmt::format("{} is no name that a file can have: there is a zero byte in it", shown(path)));
}

/// Those who may not read a folder cannot sync it, nor can some network file systems.
bool is_no_fault(int error_number) {
  return error_number == EACCES || error_number == EINVAL || error_number == ENOTSUP ||
         error_number == ENOSYS || error_number == EBADF;
}

/// A folder, open to be synced: before what is to be synced is done, so that it is not done if this fails.
class FolderSync {
 public:
  explicit FolderSync(const std::filesystem::path& entry)
      : folder_(entry.has_parent_path() ? entry.parent_path() : std::filesystem::path(".")),
        descriptor_(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (descriptor_ < 0 && !is_no_fault(errno)) throw cannot_write(entry, errno);
  }
  ~FolderSync() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  FolderSync(const FolderSync&) = delete;
  FolderSync& operator=(const FolderSync&) = delete;

  void sync() const {
    if (descriptor_ >= 0 && ::fsync(descriptor_) != 0 && !is_no_fault(errno))
      throw cannot_write(folder_, errno);
  }

 private:
  std::filesystem::path folder_;
  int descriptor_;
};

int open_as(const std::filesystem::path& path, File::Mode mode) {
  // Without O_NONBLOCK, opening a pipe would wait for its other end.
  constexpr int kAlways = O_CLOEXEC | O_NONBLOCK;
  if (mode == File::Mode::read) return ::open(path.c_str(), kAlways | O_RDONLY);
  if (mode == File::Mode::extend) return ::open(path.c_str(), kAlways | O_RDWR | O_NOFOLLOW);
  // What is left of an earlier try goes, and so does a link, through which another's file would be written.
  (void)::unlink(path.c_str());
  return ::open(path.c_str(), kAlways | O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0666);
}

}  // namespace

DataError cannot_write(const std::filesystem::path& path, int error_number) {
  struct stat status {};
  if ((error_number == EEXIST || error_number == EISDIR) && ::lstat(path.c_str(), &status) == 0 &&
      S_ISDIR(status.st_mode))
    return DataError(
        fmt::format("{} is a folder, where a file belongs; remove it, or give another name", shown(path)));
  return DataError(fmt::format("cannot write {}: {}; {}", shown(path), reason(error_number),
                               remedy(error_number, "check the folder and its disk")));
}

File::File(std::filesystem::path path, Mode mode) : path_(std::move(path)) {
  refuse_zero_byte(path_);
  descriptor_ = open_as(path_, mode);
  const int failure = errno;
  if (descriptor_ < 0 && mode != Mode::read) throw cannot_write(path_, failure);
  if (descriptor_ < 0) {
    if (failure == ENOENT) throw DataError(fmt::format("there is no file {}; check the path", shown(path_)));
    throw DataError(fmt::format("{} cannot be opened: {}; {}", shown(path_), reason(failure),
                                remedy(failure, "check the path and its disk")));
  }
  struct stat status {};
  if (::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode)) return;
  ::close(descriptor_);
  std::error_code unknown;
  throw DataError(fmt::format("{} is {}, not a file; give the path of one", shown(path_),
                              kind_of(std::filesystem::status(path_, unknown).type())));
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
    throw DataError(fmt::format("{} cannot be read: {}", shown(path_), reason(errno)));
  return static_cast<std::uint64_t>(status.st_size);
}

void File::read_at(std::span<std::byte> bytes, std::uint64_t offset) const {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw DataError(fmt::format("{} cannot be read: {}", shown(path_), reason(errno)));
    if (got == 0) throw DamagedFile(fmt::format("{} is cut short; copy it or make it again", shown(path_)));
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

bool File::is_in_place() const {
  struct stat open {};
  struct stat there {};
  return ::fstat(descriptor_, &open) == 0 && ::lstat(path_.c_str(), &there) == 0 &&
         open.st_dev == there.st_dev && open.st_ino == there.st_ino;
}

std::string_view kind_of(std::filesystem::file_type type) {
  switch (type) {
    case std::filesystem::file_type::directory:
      return "a folder";
    case std::filesystem::file_type::fifo:
      return "a pipe";
    case std::filesystem::file_type::socket:
      return "a socket";
    case std::filesystem::file_type::block:
    case std::filesystem::file_type::character:
      return "a device";
    default:
      return "no plain file";
  }
}

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  const File file(path, File::Mode::read);
  std::vector<std::byte> bytes(file.size());
  file.read_at(bytes, 0);
  return bytes;
}

void create_folder(const std::filesystem::path& path) {
  refuse_zero_byte(path);
  const FolderSync above(path);
  const int failure = ::mkdir(path.c_str(), 0777) == 0 ? 0 : errno;
  struct stat status {};
  if (failure == EEXIST && ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return;
  if (failure == EEXIST)
    throw DataError(fmt::format(
        "{} is a link or no folder, where a folder belongs; find out who put it there and remove it",
        shown(path)));
  if (failure != 0) throw cannot_write(path, failure);
  above.sync();
}

void rename_for_good(const std::filesystem::path& from, const std::filesystem::path& to) {
  const FolderSync folder(to);
  if (::rename(from.c_str(), to.c_str()) != 0) throw cannot_write(to, errno);
  folder.sync();
}

}  // namespace tagloom
