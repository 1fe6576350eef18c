#pragma once

/// A cache file, opened: its layout, and its rows read at their offsets.

#include "layout.hpp"

#include <functional>

namespace tagloom::featurecache {

class CacheFile {
 public:
  /// Throws DamagedFile if the file is not whole, DataError if it cannot be reached.
  explicit CacheFile(const std::filesystem::path& path)
      : file_(path, File::Mode::read), layout_(read_layout(file_)) {}

  [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }
  [[nodiscard]] const Layout& layout() const { return layout_; }

  /// Reads rows, whose offsets are `offsets`, one after another into `bytes`; rows that follow each other in
  /// the file are read at once. `bytes.size()` is a multiple of the rows' number.
  void read(std::span<const std::int64_t> rows, const std::vector<std::uint64_t>& offsets,
            std::span<std::byte> bytes) const;

  /// One row, read into `buffer`. Throws DamagedFile, naming the image, if it is not what was written.
  [[nodiscard]] RowBytes checked_row(std::int64_t row, std::vector<std::byte>& buffer) const;

  void verify() const;

 private:
  File file_;
  Layout layout_;
};

/// Where the bytes of a row come from while a file is written.
using RowSource = std::function<RowBytes(std::size_t row)>;

/// Writes a whole file: first to `temporary`, which becomes `path` when everything is on the disk. On failure
/// nothing is left at either.
void write_cache_file(const std::filesystem::path& path, const std::filesystem::path& temporary,
                      CacheInfo info, const RowKeys& keys, const RowSource& row);

}  // namespace tagloom::featurecache
