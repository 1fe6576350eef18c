#include "hdf5/file_source.hpp"
#include "hdf5/hdf5.hpp"
#include "hdf5/superblock.hpp"
#include "layout/datasets_in.hpp"
#include "layout/layout.hpp"
#include "layout/row_type.hpp"

#include <tagloom/base/file_kind.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>

namespace tagloom::featurecache {
namespace {

/// The longest description that is read; ours have about a thousand bytes.
constexpr std::size_t kMostDescriptionBytes = std::size_t{64} << 20;
/// The digits that Hasher gives.
constexpr std::size_t kHashBytes = 32;

/// Reads what datasets of one file hold, but for features; of features, where they are.
class LayoutReader {
 public:
  /// Features may lie behind the file's end, up to `claimed_bytes`.
  LayoutReader(const DatasetsIn& datasets, OnDamage on_damage, std::uint64_t claimed_bytes)
      : in_(datasets),
        file_(datasets.file()),
        on_damage_(on_damage),
        file_bytes_(file_.size()),
        claimed_bytes_(claimed_bytes) {}

  [[nodiscard]] std::string description() const {
    if (in_.ok(H5Aexists(in_.hdf5(), "tagloom")) == 0)
      throw DamagedFile(
          fmt::format("{} is an HDF5 file but no feature cache; give a file that `tagloom cache build` wrote",
                      shown(file_.path())));
    const Handle attribute(in_.ok(H5Aopen(in_.hdf5(), "tagloom", H5P_DEFAULT)));
    const Handle type(in_.ok(H5Aget_type(attribute)));
    const Handle space(in_.ok(H5Aget_space(attribute)));
    const std::size_t bytes = in_.text_bytes(type);
    in_.require(H5Sget_simple_extent_npoints(space) == 1 && bytes <= kMostDescriptionBytes);
    std::string text(bytes, '\0');
    in_.ok(H5Aread(attribute, type, text.data()));
    return text;
  }

  /// None of them is empty, but for those whose damage is noted.
  [[nodiscard]] std::vector<std::string> texts(const char* name, std::uint64_t count) const {
    constexpr std::uint64_t kAtOnce = 1 << 20;
    const Handle dataset = in_.open_plain(name);
    const Handle type(in_.ok(H5Dget_type(dataset)));
    const std::size_t bytes = in_.text_bytes(type);
    in_.require(in_.dimensions(dataset) == Dimensions{count} && bytes <= kMostTextBytes);
    std::uint64_t place = in_.begin_of(dataset, {.count = count, .bytes = bytes, .end = file_bytes_});
    std::vector<std::string> values;
    std::vector<char> block(bytes * std::min(count, std::max(kAtOnce / bytes, std::uint64_t{1})));
    while (values.size() < count) {
      const auto some = std::span(block).first(std::min(block.size(), (count - values.size()) * bytes));
      file_.read_at(std::as_writable_bytes(some), place);
      place += some.size();
      for (std::size_t begin = 0; begin < some.size(); begin += bytes)
        values.push_back(text_in(some.subspan(begin, bytes)));
    }
    return values;
  }

  [[nodiscard]] bool has(const char* name) const { return in_.has(name); }

  [[nodiscard]] std::vector<std::string> hashes(const char* name, std::uint64_t count) const {
    auto values = texts(name, count);
    const auto is_hash = [](const std::string& hash) { return hash.size() == kHashBytes; };
    in_.require(noted() || std::ranges::all_of(values, is_hash));
    return values;
  }

  /// Offsets of the rows of features, each of `bytes` bytes: in one piece or, in files of format 1, a chunk
  /// each.
  [[nodiscard]] std::vector<std::uint64_t> rows(const char* name, std::uint64_t count, const RowType& row,
                                                std::size_t bytes) const {
    const Handle type(in_.ok(H5Dget_type(in_.open(name))));
    in_.require(H5Tequal(type, row.type) > 0);
    Dimensions shape = row.shape;
    shape.insert(shape.begin(), count);
    return in_.offsets(name, shape, {.count = count, .bytes = bytes, .end = claimed_bytes_});
  }

  struct Places {
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint64_t> bytes;
  };

  /// Where maps are, stored as they are or packed.
  [[nodiscard]] Places packed_rows(std::uint64_t count, const MapForm& form) const {
    in_.check_packed("features/map");
    const std::uint64_t row_bytes = form.bytes();
    const std::vector<std::uint64_t> values = table("features/map_index", 2);
    in_.require(values.size() == count * 2);
    Places places;
    for (std::size_t i = 0; i < values.size(); i += 2) {
      const std::uint64_t bytes = values[i + 1];
      const bool sound = bytes <= row_bytes &&
                         bytes >= std::min<std::uint64_t>(form.least_bytes(), row_bytes) &&
                         is_inside(values[i], bytes, claimed_bytes_);
      in_.require(noted() || sound);
      places.offsets.push_back(sound ? values[i] : 0);
      places.bytes.push_back(sound ? bytes : 0);
    }
    return places;
  }

  /// A row a run, of which there are `count` rows of pieces in all.
  [[nodiscard]] std::vector<PieceRow> places(std::uint64_t count, std::uint64_t pieces) const {
    constexpr std::size_t kColumns = 3;
    const std::vector<std::uint64_t> values = table("pieces/rows", kColumns);
    in_.require(values.size() / kColumns <= count);
    std::vector<PieceRow> rows;
    for (std::size_t i = 0; i < values.size(); i += kColumns) {
      const auto [piece, first, some] = std::tuple(values[i], values[i + 1], values[i + 2]);
      in_.require(piece < pieces && some <= count - rows.size() &&
                  first <= std::numeric_limits<std::uint64_t>::max() - some);
      for (std::uint64_t row = first; row < first + some; ++row)
        rows.push_back({.piece = piece, .row = row});
    }
    in_.require(rows.size() == count);
    return rows;
  }

 private:
  /// All numbers of a dataset of so many columns, row by row.
  [[nodiscard]] std::vector<std::uint64_t> table(const char* name, std::size_t columns) const {
    const Handle dataset = in_.open_plain(name);
    const Handle type(in_.ok(H5Dget_type(dataset)));
    const Dimensions sizes = in_.dimensions(dataset);
    in_.require(H5Tequal(type, H5T_STD_U64LE) > 0 && sizes.size() == 2 && sizes[1] == columns);
    const std::uint64_t begin = in_.begin_of(
        dataset, {.count = sizes[0], .bytes = columns * sizeof(std::uint64_t), .end = file_bytes_});
    std::vector<std::uint64_t> values(sizes[0] * columns);
    file_.read_at(std::as_writable_bytes(std::span(values)), begin);
    return values;
  }

  /// Zeros fill it up; behind the first there is nothing else.
  [[nodiscard]] std::string text_in(std::span<const char> padded) const {
    const auto end = std::ranges::find(padded, '\0');
    const bool sound =
        end != padded.begin() && std::ranges::count(end, padded.end(), '\0') == padded.end() - end;
    in_.require(noted() || sound);
    return sound ? std::string(padded.begin(), end) : std::string();
  }

  [[nodiscard]] bool noted() const { return on_damage_ == OnDamage::note; }

  const DatasetsIn& in_;
  const File& file_;
  OnDamage on_damage_;
  std::uint64_t file_bytes_;
  std::uint64_t claimed_bytes_;
};

void check_signature(const File& file) {
  constexpr std::array kSignature = {std::byte{0x89}, std::byte{'H'},  std::byte{'D'},  std::byte{'F'},
                                     std::byte{'\r'}, std::byte{'\n'}, std::byte{0x1A}, std::byte{'\n'}};
  if (file.size() == 0)
    throw DamagedFile(fmt::format("{} is an empty file; copy or build it again", shown(file.path())));
  auto begin = kSignature;
  const std::size_t bytes = std::min<std::size_t>(begin.size(), file.size());
  file.read_at(std::span(begin).first(bytes), 0);
  if (begin == kSignature) return;
  const std::string_view kind = file_kind(file);
  throw DamagedFile(fmt::format("{} is no HDF5 file{}{}; give a file that `tagloom cache build` wrote",
                                shown(file.path()), kind.empty() ? "" : " but ", kind));
}

/// The virtual data sets beside them are for other programs: HDF5 1.10 can be made to crash by opening one.
void read_pieces(const LayoutReader& reader, Layout& layout) {
  const auto pieces = static_cast<std::uint64_t>(layout.info.pieces);
  for (const std::string& name : reader.texts("pieces/file", pieces))
    layout.pieces.emplace_back(name);
  layout.places = reader.places(layout.keys.size(), pieces);
}

Layout layout_of(const LayoutReader& reader, const File& file, OnDamage on_damage) {
  Layout layout;
  layout.info = from_json(reader.description(), shown(file.path()));
  const auto images = static_cast<std::uint64_t>(layout.info.images);
  // First what cannot be made small, so that few bytes do not claim much memory.
  layout.keys.row_hashes = reader.hashes("features/hash", images);
  if (reader.has("features/pooled_hash"))
    layout.keys.pooled_hashes = reader.hashes("features/pooled_hash", images);
  if (stores_packed(layout.info) && reader.has("features/stored_hash"))
    layout.keys.stored_hashes = reader.hashes("features/stored_hash", images);
  layout.keys.names = reader.texts("images/name", images);
  layout.keys.hashes = reader.texts("images/hash", images);
  layout.keys_changed = data_fingerprint(layout.keys) != layout.info.data_fingerprint;
  if (layout.keys_changed && on_damage == OnDamage::refuse) readable(-1, file.path());
  // Before names were stored as UTF-8 they were stored as they were.
  for (std::string& name : layout.keys.names)
    name = stored_name(name);
  if (layout.info.pieces > 0) {
    read_pieces(reader, layout);
    return layout;
  }
  const CacheInfo& info = layout.info;
  if (info.has.pooled)
    layout.pooled = reader.rows("features/pooled", images, pooled_type(info), pooled_bytes(info));
  if (info.has.map && info.compression == Compression::none)
    layout.map = reader.rows("features/map", images, map_type(info), map_bytes(info));
  layout.keys.stored_map_bytes.assign(layout.keys.size(), map_bytes(info));
  if (stores_packed(info)) {
    auto [offsets, bytes] = reader.packed_rows(images, map_form(info));
    layout.map = std::move(offsets);
    layout.keys.stored_map_bytes = std::move(bytes);
  }
  return layout;
}

}  // namespace

Layout read_layout(const File& file, OnDamage on_damage) {
  check_signature(file);
  const std::uint64_t bytes = file.size();
  const std::uint64_t claimed = on_damage == OnDamage::note ? bytes_when_whole(file) : bytes;
  const Hdf5Session session;
  FileSource source(file, claimed);
  try {
    const Handle access = file_access();
    source.use(access);
    const Handle hdf5(readable(H5Fopen(file.path().c_str(), H5F_ACC_RDONLY, access), file.path()));
    const DatasetsIn datasets(file, hdf5);
    Layout layout = layout_of(LayoutReader(datasets, on_damage, claimed), file, on_damage);
    layout.missing_bytes = claimed - bytes;
    return layout;
  } catch (const DamagedFile&) {
    // What HDF5 could not read is not damaged.
    source.rethrow_failure();
    throw;
  }
}

}  // namespace tagloom::featurecache
