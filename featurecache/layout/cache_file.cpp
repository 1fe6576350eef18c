#include "layout/cache_file.hpp"

#include "layout/synced_behind.hpp"

#include <tagloom/base/hash.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <c10/util/Exception.h>
#include <fmt/format.h>

namespace tagloom::featurecache {
namespace {

void write_rows(const File& file, const RowSource& row) {
  const Layout layout = read_layout(file);
  SyncedBehind on_disk(file);
  for (std::size_t i = 0; i < layout.keys.size(); ++i) {
    const RowBytes bytes = row(i);
    if (layout.info.has.pooled) file.write_at(bytes.pooled, layout.pooled[i]);
    if (layout.info.has.map) {
      TORCH_CHECK(bytes.map.size() == layout.keys.stored_map_bytes[i], "a map is stored in another form");
      file.write_at(bytes.map, layout.map[i]);
    }
    on_disk.written(bytes.pooled.size() + bytes.map.size());
  }
  on_disk.wait();
}

}  // namespace

CacheFile::CacheFile(const std::filesystem::path& path, OnDamage on_damage)
    : CacheFile(without_pieces(path, on_damage)) {
  if (layout_.info.pieces > 0) open_pieces();
}

CacheFile CacheFile::without_pieces(const std::filesystem::path& path, OnDamage on_damage) {
  CacheFile one;
  one.path_ = path;
  one.file_.emplace(path, File::Mode::read);
  one.layout_ = read_layout(*one.file_, on_damage);
  return one;
}

CacheFile::Place CacheFile::place_of(std::int64_t row) const {
  const auto own = static_cast<std::size_t>(row);
  if (pieces_.empty()) return {*this, own};
  const PieceRow& place = layout_.places[own];
  return pieces_[place.piece].place_of(static_cast<std::int64_t>(place.row));
}

void CacheFile::read_pooled(std::int64_t row, std::span<std::byte> bytes) const {
  const Place place = place_of(row);
  place.file.file_->read_at(bytes, place.file.layout_.pooled[place.row]);
}

void CacheFile::read_stored_map(std::int64_t row, std::span<std::byte> bytes) const {
  const Place place = place_of(row);
  place.file.file_->read_at(bytes, place.file.layout_.map[place.row]);
}

void CacheFile::read_map(std::int64_t row, std::span<std::byte> bytes, Scratch& scratch) const {
  const std::uint64_t stored_bytes = stored_map_bytes(row);
  if (stored_bytes == bytes.size()) return read_stored_map(row, bytes);
  const std::span<std::byte> stored = scratch.take(stored_bytes);
  read_stored_map(row, stored);
  unpack_map(row, stored, bytes);
}

std::uint64_t CacheFile::stored_map_bytes(std::int64_t row) const {
  return layout_.keys.stored_map_bytes[static_cast<std::size_t>(row)];
}

void CacheFile::unpack_map(std::int64_t row, std::span<const std::byte> stored,
                           std::span<std::byte> map) const {
  if (!unpack(stored, map_form(layout_.info), map)) throw damaged(row);
}

DamagedFile CacheFile::damaged(std::int64_t row) const {
  return DamagedFile(fmt::format(
      "the features of image {} in {} are damaged: they changed since they were written; copy or "
      "build it again, and check it with `tagloom cache verify`",
      shown(layout_.keys.names[static_cast<std::size_t>(row)]), shown(place_of(row).file.path())));
}

bool CacheFile::is_packed(const RowBytes& stored) const {
  return stored.map.size() < map_bytes(layout_.info);
}

RowBytes CacheFile::checked_row(std::int64_t row, RowBuffer& buffer) const {
  RowBytes stored;
  if (layout_.info.has.pooled) {
    const auto pooled = buffer.pooled.take(pooled_bytes(layout_.info));
    read_pooled(row, pooled);
    stored.pooled = pooled;
  }
  if (layout_.info.has.map) {
    const auto map = buffer.stored_map.take(stored_map_bytes(row));
    read_stored_map(row, map);
    stored.map = map;
  }
  const RowKeys& keys = layout_.keys;
  const auto i = static_cast<std::size_t>(row);
  Hasher hasher;
  hasher.update(stored.pooled);
  if (!keys.pooled_hashes.empty() && hasher.hex() != keys.pooled_hashes[i]) throw damaged(row);
  if (!keys.stored_hashes.empty()) {
    hasher.update(stored.map).update(std::as_bytes(std::span(keys.row_hashes[i])));
    if (hasher.hex() != keys.stored_hashes[i]) throw damaged(row);
    return stored;
  }
  if (!is_packed(stored))
    hasher.update(stored.map);
  else if (!unpack_pieces(stored.map, map_form(layout_.info), [&](auto piece) { hasher.update(piece); }))
    throw damaged(row);
  if (hasher.hex() != keys.row_hashes[i]) throw damaged(row);
  return stored;
}

RowBytes CacheFile::checked_plain_row(std::int64_t row, RowBuffer& buffer) const {
  RowBytes plain = checked_row(row, buffer);
  if (!is_packed(plain)) return plain;
  const auto map = buffer.map.take(map_bytes(layout_.info));
  unpack_map(row, plain.map, map);
  plain.map = map;
  return plain;
}

void CacheFile::check(std::int64_t row, const RowBytes& plain) const {
  const bool map_is_left = layout_.info.has.map && plain.map.empty();
  const auto& hashes = map_is_left ? layout_.keys.pooled_hashes : layout_.keys.row_hashes;
  if (!hashes.empty() && hash_row(plain) != hashes[static_cast<std::size_t>(row)]) throw damaged(row);
}

void CacheFile::verify() const {
  RowBuffer buffer;
  for (std::int64_t row = 0; row < layout_.info.images; ++row) {
    throw_if_stop_requested();
    (void)checked_row(row, buffer);
  }
}

CacheInfo write_cache_file(const std::filesystem::path& path, CacheInfo info, const RowKeys& keys,
                           const RowSource& row) {
  info.pieces = 0;
  info.format = format_for(info);
  info.images = static_cast<std::int64_t>(keys.size());
  info.data_fingerprint = data_fingerprint(keys);
  NewFile target(path);
  write_layout(target.file(), info, keys);
  write_rows(target.file(), row);
  target.commit();
  return info;
}

}  // namespace tagloom::featurecache
