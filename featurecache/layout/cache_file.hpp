#pragma once

/// A cache file, opened: its layout, and its rows read at their offsets. A virtual cache is opened with the
/// files that it is made of, and several caches can be opened as one; a row then is read straight from the
/// file that has it.

#include "layout/layout.hpp"
#include "layout/scratch.hpp"

#include <functional>
#include <optional>

namespace tagloom::featurecache {

class CacheFile {
 public:
  /// Throws DamagedFile if the file is not whole, DataError if it cannot be reached.
  explicit CacheFile(const std::filesystem::path& path, OnDamage on_damage = OnDamage::refuse);
  /// Caches of one encoder as one cache that holds all their images, the same whatever their order: the rows
  /// of one file after the other's. An image that several have, by name and content, is read from one of
  /// them. Throws DataError if what they hold must not be mixed, or an image has other content in another.
  static CacheFile joined(std::vector<CacheFile> caches);

  /// Where caches are joined, their names in one text, for people.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Whether its path still names this file; of joined caches nobody asks.
  [[nodiscard]] bool is_in_place() const { return file_ && file_->is_in_place(); }
  /// The files that have the rows; none of a file that has its rows itself.
  [[nodiscard]] const std::vector<CacheFile>& pieces() const { return pieces_; }
  [[nodiscard]] const Layout& layout() const { return layout_; }
  /// That the file has, without its pieces.
  [[nodiscard]] std::uint64_t bytes() const { return file_ ? file_->size() : 0; }

  /// The bytes of a row's pooled features, or of its map, packed or not; `bytes` is as long as they are.
  void read_pooled(std::int64_t row, std::span<std::byte> bytes) const;
  void read_stored_map(std::int64_t row, std::span<std::byte> bytes) const;
  /// A row's map, not packed; `bytes` is as long as that is. Throws DamagedFile, naming the image, if what is
  /// stored cannot be unpacked.
  void read_map(std::int64_t row, std::span<std::byte> bytes, Scratch& scratch) const;

  struct RowBuffer {
    Scratch pooled;
    Scratch stored_map;
    Scratch map;
  };
  /// One row as it is stored, in memory of `buffer`. Throws DamagedFile, naming the image, if it is not what
  /// was written, by any of its hashes.
  [[nodiscard]] RowBytes checked_row(std::int64_t row, RowBuffer& buffer) const;
  /// The same, and the map not packed.
  [[nodiscard]] RowBytes checked_plain_row(std::int64_t row, RowBuffer& buffer) const;

  /// Throws DamagedFile, naming the image, if the features of a row, all that the file has or the pooled ones
  /// alone, are not what was written. The latter pass unseen in a file with maps of an earlier version, which
  /// has no hashes of them.
  void check(std::int64_t row, const RowBytes& plain) const;

  /// Throws Interrupted at the next row when told to stop.
  void verify() const;

 private:
  CacheFile() = default;
  /// The file alone, whatever it says that it is made of.
  static CacheFile without_pieces(const std::filesystem::path& path, OnDamage on_damage);

  struct Place {
    const CacheFile& file;
    std::size_t row;
  };
  /// The file that has the row, and which of its rows it is.
  [[nodiscard]] Place place_of(std::int64_t row) const;
  void open_pieces();

  [[nodiscard]] std::uint64_t stored_map_bytes(std::int64_t row) const;
  [[nodiscard]] DamagedFile damaged(std::int64_t row) const;
  [[nodiscard]] bool is_packed(const RowBytes& stored) const;
  void unpack_map(std::int64_t row, std::span<const std::byte> stored, std::span<std::byte> map) const;

  std::filesystem::path path_;
  /// None of joined caches.
  std::optional<File> file_;
  Layout layout_;
  std::vector<CacheFile> pieces_;
};

/// Where the bytes of a row come from while a file is written: as they are to be stored.
using RowSource = std::function<RowBytes(std::size_t row)>;

/// Writes a whole file in the place of what `path` was, which stays until everything is on the disk, and on
/// failure. Returns what the file says of itself.
CacheInfo write_cache_file(const std::filesystem::path& path, CacheInfo info, const RowKeys& keys,
                           const RowSource& row);
/// The same of a virtual cache over the files that `joined` is made of, which stay where they are.
CacheInfo write_virtual_file(const std::filesystem::path& path, const CacheFile& joined);

}  // namespace tagloom::featurecache
