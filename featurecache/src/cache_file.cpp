#include "cache_file.hpp"

#include <fmt/format.h>

namespace tagloom::featurecache {
namespace {

void write_rows(const File& file, const RowSource& row) {
  const Layout layout = read_layout(file);
  for (std::size_t i = 0; i < layout.keys.size(); ++i) {
    const RowBytes bytes = row(i);
    if (layout.info.has.pooled) file.write_at(bytes.pooled, layout.pooled[i]);
    if (layout.info.has.map) file.write_at(bytes.map, layout.map[i]);
  }
}

}  // namespace

void CacheFile::read(std::span<const std::int64_t> rows, const std::vector<std::uint64_t>& offsets,
                     std::span<std::byte> bytes) const {
  if (rows.empty()) return;
  const std::size_t row_bytes = bytes.size() / rows.size();
  const auto offset = [&](std::size_t i) { return offsets[static_cast<std::size_t>(rows[i])]; };
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    while (end < rows.size() && offset(end) == offset(end - 1) + row_bytes)
      ++end;
    file_.read_at(bytes.subspan(begin * row_bytes, (end - begin) * row_bytes), offset(begin));
    begin = end;
  }
}

RowBytes CacheFile::checked_row(std::int64_t row, std::vector<std::byte>& buffer) const {
  const std::size_t pooled = pooled_bytes(layout_.info);
  buffer.resize(pooled + map_bytes(layout_.info));
  const std::span<std::byte> bytes(buffer);
  const std::span one(&row, 1);
  if (layout_.info.has.pooled) read(one, layout_.pooled, bytes.first(pooled));
  if (layout_.info.has.map) read(one, layout_.map, bytes.subspan(pooled));
  const RowBytes found{.pooled = bytes.first(pooled), .map = bytes.subspan(pooled)};
  const auto index = static_cast<std::size_t>(row);
  if (hash_row(found) != layout_.keys.row_hashes[index])
    throw DamagedFile(fmt::format("the features of image {} in {} are damaged; copy or build it again",
                                  layout_.keys.names[index], path().string()));
  return found;
}

void CacheFile::verify() const {
  std::vector<std::byte> buffer;
  for (std::int64_t row = 0; row < layout_.info.images; ++row)
    (void)checked_row(row, buffer);
}

void write_cache_file(const std::filesystem::path& path, const std::filesystem::path& temporary,
                      CacheInfo info, const RowKeys& keys, const RowSource& row) {
  info.format = kFormat;
  info.images = static_cast<std::int64_t>(keys.size());
  info.data_fingerprint = data_fingerprint(keys);
  try {
    const File file(temporary, File::Mode::create);
    write_layout(file, info, keys);
    write_rows(file, row);
    file.sync();
    rename_for_good(temporary, path);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw;
  }
}

}  // namespace tagloom::featurecache
