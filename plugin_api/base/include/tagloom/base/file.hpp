#pragma once

/// Plain files: bytes at an offset, and what makes a write survive a power failure. Whoever writes a whole
/// file that replaces another takes NewFile (new_file.hpp), which is made of these.

#include <tagloom/base/error.hpp>
#include <tagloom/base/export.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace tagloom {

/// The file's content is wrong, as opposed to: it cannot be reached.
class TAGLOOM_API DamagedFile : public DataError {
 public:
  using DataError::DataError;
};

/// An open regular file. Reading and writing at an offset is safe from several threads at once.
class TAGLOOM_API File {
 public:
  enum class Mode { read, create, extend };

  /// Opens a file that exists, to read it or to write more of it, or creates an empty one in the place of
  /// whatever has its name. Writing never follows a link: one that is there is replaced, one that is to be
  /// extended refused. Throws DataError if it is missing, not a regular file, or may not be opened.
  File(std::filesystem::path path, Mode mode);
  ~File();
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const;
  /// Whether its path still names this very file: another process may have put another one there.
  [[nodiscard]] bool is_in_place() const;

  /// Fills all of `bytes`. Throws DamagedFile if the file ends before, DataError if it cannot be read.
  void read_at(std::span<std::byte> bytes, std::uint64_t offset) const;
  /// Throws DataError if the disk is full.
  void write_at(std::span<const std::byte> bytes, std::uint64_t offset) const;
  /// Cuts the file, or lengthens it by a hole.
  void resize(std::uint64_t bytes) const;
  /// Waits until everything written is on the disk.
  void sync() const;

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// What has the name of a file and is none: "a folder", "a pipe", ...
[[nodiscard]] TAGLOOM_API std::string_view kind_of(std::filesystem::file_type type);

/// The whole file. Throws DataError if it is missing, not a regular file, or cannot be read.
[[nodiscard]] TAGLOOM_API std::vector<std::byte> read_file(const std::filesystem::path& path);

/// "cannot write PATH: REASON; ...", with advice that fits the error number.
[[nodiscard]] TAGLOOM_API DataError cannot_write(const std::filesystem::path& path, int error_number);

/// Makes the folder, unless it is there, and waits until the folder above knows. Throws DataError if it
/// cannot be made, or if something else has the name: a link to a folder, too, which is not followed.
TAGLOOM_API void create_folder(const std::filesystem::path& path);

/// Renames within one folder, and waits until the folder knows. If that fails, either name may be there after
/// a power failure.
TAGLOOM_API void rename_for_good(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace tagloom
