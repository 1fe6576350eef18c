#pragma once

/// A file that is written whole or not at all: what has its name stays until the new content is on the disk.
/// The one way in which tagloom replaces a file.

#include <tagloom/base/file.hpp>

#include <string_view>

namespace tagloom {

/// Written as `PATH.partial`, which becomes PATH at `commit`; without one, nothing is left of it. A crash
/// leaves PATH.partial behind, which the next writer of PATH replaces.
class TAGLOOM_API NewFile {
 public:
  /// Throws DataError if the folder is missing or may not be written.
  explicit NewFile(std::filesystem::path path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  /// Behind what was written before. Throws DataError if the disk is full.
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  /// For those who write at offsets of their own.
  [[nodiscard]] const File& file() const { return file_; }
  /// Syncs and renames. Throws DataError, and PATH is what it was, unless all that failed is to sync the
  /// folder: then PATH is the new file, which a power failure may undo. Also refuses where another process
  /// that writes PATH has taken PATH.partial away.
  void commit();

 private:
  std::filesystem::path path_;
  File file_;
  std::uint64_t bytes_ = 0;
  bool committed_ = false;
};

/// A NewFile of this content.
TAGLOOM_API void replace_file(const std::filesystem::path& path, std::string_view content);

}  // namespace tagloom
