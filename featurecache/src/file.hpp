#pragma once

/// Plain files: bytes at an offset, and what makes a write survive a power failure. HDF5 describes a cache;
/// these functions carry its bytes, because HDF5's own reader admits one thread at a time.

#include <tagloom/error.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace tagloom::featurecache {

/// The file's content is wrong, as opposed to: it cannot be reached.
class DamagedFile : public DataError {
 public:
  using DataError::DataError;
};

/// An open regular file. Reading and writing at an offset is safe from several threads at once.
class File {
 public:
  enum class Mode { read, create };

  /// Opens a file that exists, or creates an empty one. Throws DataError if it is missing, not a regular
  /// file, or may not be opened.
  File(std::filesystem::path path, Mode mode);
  ~File();
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const;

  /// Fills all of `bytes`. Throws DamagedFile if the file ends before.
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

/// "cannot write PATH: REASON; ...", with advice that fits the error number.
[[nodiscard]] DataError cannot_write(const std::filesystem::path& path, int error_number);

/// Renames within one folder, and waits until the folder knows.
void rename_for_good(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace tagloom::featurecache
