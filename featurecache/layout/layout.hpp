#pragma once

/// Where everything is in a cache file. A shard and a finished cache are the same kind of file: HDF5
/// metadata, written and read with HDF5, around rows of plain bytes, written and read without it.
/// docs/feature-cache.md is the format.

#include "layout/row_shape.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/featurecache/schema.hpp>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace tagloom::featurecache {

/// Longer than any path; what a file claims beyond it is damage.
inline constexpr std::size_t kMostTextBytes = std::size_t{64} << 10;

/// What a file knows of its rows, row by row.
struct RowKeys {
  /// UTF-8: see stored_name.
  std::vector<std::string> names;
  /// The hashes of the image files' bytes.
  std::vector<std::string> hashes;
  /// The hashes of the rows' own bytes: see hash_row.
  std::vector<std::string> row_hashes;
  /// Those of the pooled features alone, where maps are beside them. Of fewer rows than there are if a shard
  /// of an earlier version is among them: then a file goes without.
  std::vector<std::string> pooled_hashes;
  /// Where maps are packed, those of the rows as they are stored: see hash_stored. Of fewer rows likewise.
  std::vector<std::string> stored_hashes;
  /// Bytes that each map takes in the file: `map_bytes(info)` as it is, fewer if it is packed, 0 if there is
  /// none.
  std::vector<std::uint64_t> stored_map_bytes;

  [[nodiscard]] std::size_t size() const { return names.size(); }
  void append(const RowKeys& more);
  /// The rows of these numbers, in that order.
  [[nodiscard]] RowKeys picked(std::span<const std::size_t> rows) const;
};

/// The rows' numbers in the order of the names: that of the rows in every cache that is assembled, so that
/// equal images make equal files.
[[nodiscard]] std::vector<std::size_t> name_order(const RowKeys& keys);

/// The hash of what a reader gets: the map not packed.
[[nodiscard]] std::string hash_row(const RowBytes& row);
/// The hash of a row as it is stored and of its `hash_row`, so that both are known to be what was written
/// without unpacking the map.
[[nodiscard]] std::string hash_stored(const RowBytes& stored, const std::string& row_hash);
/// Over names and content hashes in the order of the names, so that it does not depend on the order of the
/// rows.
[[nodiscard]] std::string data_fingerprint(const RowKeys& keys);

/// Damage that leaves the rest of a file readable: whether it is refused, or noted in the layout.
enum class OnDamage { refuse, note };

/// A row of one of the files that a virtual cache is made of.
struct PieceRow {
  std::size_t piece = 0;
  std::size_t row = 0;
};

struct Layout {
  CacheInfo info;
  RowKeys keys;
  /// Offsets in the file of each row's bytes; empty where a file has none.
  std::vector<std::uint64_t> pooled;
  std::vector<std::uint64_t> map;
  /// For a virtual cache, which has no rows itself: the files that have them, relative to its folder, and
  /// which of theirs each row is. `keys.stored_map_bytes` is theirs to say.
  std::vector<std::filesystem::path> pieces;
  std::vector<PieceRow> places;

  // What was noted. Besides, rows may lie behind the file's end, hashes of rows be no hashes, and a map whose
  // place is damaged has no bytes: whoever reads those rows finds them damaged.
  /// Bytes that the file lacks at its end.
  std::uint64_t missing_bytes = 0;
  /// Names or content hashes are not those that were written.
  bool keys_changed = false;
};

/// Writes everything but the rows into an empty file, with room for the rows.
void write_layout(const File& target, const CacheInfo& info, const RowKeys& keys);

/// Rows of a piece that follow each other in a virtual cache, too.
struct PieceRun {
  std::size_t piece = 0;
  std::size_t first = 0;
  std::size_t count = 0;
};
[[nodiscard]] std::vector<PieceRun> runs_of(std::span<const PieceRow> places);

/// Writes a whole virtual cache into an empty file; `piece_images[p]` is how many rows piece p has.
void write_virtual_layout(const File& target, const Layout& layout,
                          const std::vector<std::size_t>& piece_images);

/// Finds everything in a file and checks that it is all there. Opens no other file, whatever this one names,
/// and takes no memory that is not a small multiple of the file's. Throws DamagedFile if something is wrong
/// in the file, DataError if it cannot be read.
[[nodiscard]] Layout read_layout(const File& file, OnDamage on_damage = OnDamage::refuse);

}  // namespace tagloom::featurecache
