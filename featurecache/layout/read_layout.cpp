#include "codec/bitmap_filter.hpp"
#include "hdf5/file_source.hpp"
#include "hdf5/hdf5.hpp"
#include "hdf5/superblock.hpp"
#include "layout/layout.hpp"
#include "layout/row_type.hpp"

#include <tagloom/base/file_kind.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace tagloom::featurecache {
namespace {

using Dimensions = std::vector<hsize_t>;

/// The longest description that is read; ours have about a thousand bytes.
constexpr std::size_t kMostDescriptionBytes = std::size_t{64} << 20;
/// The digits that Hasher gives.
constexpr std::size_t kHashBytes = 32;

/// Finds the datasets of one file. The file may be damaged or hostile: every size is checked against the
/// file's before memory is reserved, HDF5 reads metadata only, and follows no link.
class LayoutReader {
 public:
  /// Features may lie behind the file's end, up to `claimed_bytes`.
  LayoutReader(const File& file, hid_t hdf5, OnDamage on_damage, std::uint64_t claimed_bytes)
      : file_(file),
        hdf5_(hdf5),
        on_damage_(on_damage),
        file_bytes_(file.size()),
        claimed_bytes_(claimed_bytes) {}

  [[nodiscard]] std::string description() const {
    if (ok(H5Aexists(hdf5_, "tagloom")) == 0)
      throw DamagedFile(
          fmt::format("{} is an HDF5 file but no feature cache; give a file that `tagloom cache build` wrote",
                      shown(file_.path())));
    const Handle attribute(ok(H5Aopen(hdf5_, "tagloom", H5P_DEFAULT)));
    const Handle type(ok(H5Aget_type(attribute)));
    const Handle space(ok(H5Aget_space(attribute)));
    const std::size_t bytes = text_bytes(type);
    require(H5Sget_simple_extent_npoints(space) == 1 && bytes <= kMostDescriptionBytes);
    std::string text(bytes, '\0');
    ok(H5Aread(attribute, type, text.data()));
    return text;
  }

  /// None of them is empty, but for those whose damage is noted.
  [[nodiscard]] std::vector<std::string> texts(const char* name, std::uint64_t count) const {
    constexpr std::uint64_t kAtOnce = 1 << 20;
    const Handle dataset = plain_dataset(name);
    const Handle type(ok(H5Dget_type(dataset)));
    const std::size_t bytes = text_bytes(type);
    require(dimensions(dataset) == Dimensions{count} && bytes <= kMostTextBytes);
    std::uint64_t place = begin_of(dataset, count, bytes, file_bytes_);
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

  [[nodiscard]] bool has(const char* name) const { return ok(H5Lexists(hdf5_, name, H5P_DEFAULT)) > 0; }

  [[nodiscard]] std::vector<std::string> hashes(const char* name, std::uint64_t count) const {
    auto values = texts(name, count);
    const auto is_hash = [](const std::string& hash) { return hash.size() == kHashBytes; };
    require(noted() || std::ranges::all_of(values, is_hash));
    return values;
  }

  /// Offsets of the rows of features, each of `bytes` bytes: in one piece or, in files of format 1, a chunk
  /// each.
  [[nodiscard]] std::vector<std::uint64_t> rows(const char* name, std::uint64_t count, const RowType& row,
                                                std::size_t bytes) const {
    const Handle found = dataset(name);
    const Handle creation(ok(H5Dget_create_plist(found)));
    const bool chunked = H5Pget_layout(creation) == H5D_CHUNKED;
    check_plain(name, creation, chunked ? H5D_CHUNKED : H5D_CONTIGUOUS);
    const Handle type(ok(H5Dget_type(found)));
    Dimensions expected = row.shape;
    expected.insert(expected.begin(), count);
    require(H5Tequal(type, row.type) > 0 && dimensions(found) == expected);
    if (chunked) {
      expected.front() = 1;
      return chunks(found, creation, {.shape = expected, .count = count, .bytes = bytes});
    }
    const std::uint64_t begin = begin_of(found, count, bytes, claimed_bytes_);
    std::vector<std::uint64_t> offsets(count);
    for (std::uint64_t i = 0; i < count; ++i)
      offsets[i] = begin + i * bytes;
    return offsets;
  }

  struct Places {
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint64_t> bytes;
  };

  /// Where maps are, stored as they are or packed.
  [[nodiscard]] Places packed_rows(std::uint64_t count, const MapForm& form) const {
    const std::uint64_t row_bytes = form.bytes();
    check_packed("features/map");
    const Handle index = plain_dataset("features/map_index");
    const Handle type(ok(H5Dget_type(index)));
    require(H5Tequal(type, H5T_STD_U64LE) > 0 && dimensions(index) == Dimensions{count, 2});
    const std::uint64_t begin = begin_of(index, count, 2 * sizeof(std::uint64_t), file_bytes_);
    std::vector<std::uint64_t> values(count * 2);
    file_.read_at(std::as_writable_bytes(std::span(values)), begin);
    Places places;
    for (std::size_t i = 0; i < values.size(); i += 2) {
      const std::uint64_t bytes = values[i + 1];
      const bool sound = bytes <= row_bytes &&
                         bytes >= std::min<std::uint64_t>(form.least_bytes(), row_bytes) &&
                         is_inside(values[i], bytes, claimed_bytes_);
      require(noted() || sound);
      places.offsets.push_back(sound ? values[i] : 0);
      places.bytes.push_back(sound ? bytes : 0);
    }
    return places;
  }

  /// A row a run, of which there are `count` rows of pieces in all.
  [[nodiscard]] std::vector<PieceRow> places(std::uint64_t count, std::uint64_t pieces) const {
    constexpr std::size_t kColumns = 3;
    const Handle runs = plain_dataset("pieces/rows");
    const Handle type(ok(H5Dget_type(runs)));
    const Dimensions sizes = dimensions(runs);
    require(H5Tequal(type, H5T_STD_U64LE) > 0 && sizes.size() == 2 && sizes[1] == kColumns &&
            sizes[0] <= count);
    const std::uint64_t begin = begin_of(runs, sizes[0], kColumns * sizeof(std::uint64_t), file_bytes_);
    std::vector<std::uint64_t> values(sizes[0] * kColumns);
    file_.read_at(std::as_writable_bytes(std::span(values)), begin);
    std::vector<PieceRow> rows;
    for (std::size_t i = 0; i < values.size(); i += kColumns) {
      const auto [piece, first, some] = std::tuple(values[i], values[i + 1], values[i + 2]);
      require(piece < pieces && some <= count - rows.size() &&
              first <= std::numeric_limits<std::uint64_t>::max() - some);
      for (std::uint64_t row = first; row < first + some; ++row)
        rows.push_back({.piece = piece, .row = row});
    }
    require(rows.size() == count);
    return rows;
  }

 private:
  hid_t ok(hid_t result) const { return readable(result, file_.path()); }
  void require(bool condition) const { readable(condition ? 0 : -1, file_.path()); }
  void refuse(std::string_view name, std::string_view how) const {
    throw DamagedFile(fmt::format(
        "{} in {} is {}, which a feature cache never has; give a file that `tagloom cache build` wrote", name,
        shown(file_.path()), how));
  }

  /// A link may lead to another file.
  [[nodiscard]] Handle dataset(std::string_view name) const {
    const std::optional<std::string> link = link_in(hdf5_, name);
    require(link.has_value());
    if (!link->empty()) refuse(*link, "a link to something else");
    return Handle(ok(H5Dopen2(hdf5_, std::string(name).c_str(), H5P_DEFAULT)));
  }

  /// A dataset whose bytes lie in this file, one after the other.
  [[nodiscard]] Handle plain_dataset(std::string_view name) const {
    Handle found = dataset(name);
    const Handle creation(ok(H5Dget_create_plist(found)));
    check_plain(name, creation, H5D_CONTIGUOUS);
    return found;
  }

  void check_plain(std::string_view name, hid_t creation, H5D_layout_t layout) const {
    if (H5Pget_external_count(creation) != 0) refuse(name, "kept in other files");
    if (H5Pget_nfilters(creation) != 0) refuse(name, "compressed");
    if (H5Pget_layout(creation) != layout) refuse(name, "stored in pieces or made of other datasets");
  }

  struct Chunks {
    Dimensions shape;
    std::uint64_t count = 0;
    /// Each one's.
    std::uint64_t bytes = 0;
  };

  /// Offsets of chunks.
  [[nodiscard]] std::vector<std::uint64_t> chunks(hid_t dataset, hid_t creation,
                                                  const Chunks& expected) const {
    const auto& [chunk, count, bytes] = expected;
    Dimensions found(chunk.size());
    const int rank = static_cast<int>(chunk.size());
    require(H5Pget_chunk(creation, rank, found.data()) == rank && found == chunk);
    require(count <= claimed_bytes_ / bytes);
    std::vector<std::uint64_t> offsets(count);
    Dimensions position(chunk.size());
    for (std::uint64_t& offset : offsets) {
      // HDF5 1.10 looks at all chunks to find one.
      throw_if_stop_requested();
      unsigned skipped_filters = 0;
      haddr_t begin = HADDR_UNDEF;
      hsize_t stored = 0;
      ok(H5Dget_chunk_info_by_coord(dataset, position.data(), &skipped_filters, &begin, &stored));
      require(begin != HADDR_UNDEF && stored == bytes && is_inside(begin, bytes, claimed_bytes_));
      offset = begin;
      ++position.front();
    }
    return offsets;
  }

  /// That a dataset has chunks in this file and passes through no filter but ours.
  void check_packed(std::string_view name) const {
    const Handle found = dataset(name);
    const Handle creation(ok(H5Dget_create_plist(found)));
    const bool ours =
        H5Pget_nfilters(creation) == 1 &&
        H5Pget_filter_by_id2(creation, kBitmapFilter, nullptr, nullptr, nullptr, 0, nullptr, nullptr) >= 0;
    if (H5Pget_layout(creation) != H5D_CHUNKED || !ours) refuse(name, "packed in another way");
  }

  [[nodiscard]] std::size_t text_bytes(hid_t type) const {
    require(H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0);
    const std::size_t bytes = H5Tget_size(type);
    require(bytes > 0);
    return bytes;
  }

  /// Zeros fill it up; behind the first there is nothing else.
  [[nodiscard]] std::string text_in(std::span<const char> padded) const {
    const auto end = std::ranges::find(padded, '\0');
    const bool sound =
        end != padded.begin() && std::ranges::count(end, padded.end(), '\0') == padded.end() - end;
    require(noted() || sound);
    return sound ? std::string(padded.begin(), end) : std::string();
  }

  [[nodiscard]] Dimensions dimensions(hid_t dataset) const {
    const Handle space(ok(H5Dget_space(dataset)));
    const int rank = H5Sget_simple_extent_ndims(space);
    require(rank > 0 && rank <= H5S_MAX_RANK);
    Dimensions sizes(static_cast<std::size_t>(rank));
    ok(H5Sget_simple_extent_dims(space, sizes.data(), nullptr));
    return sizes;
  }

  [[nodiscard]] static bool is_inside(std::uint64_t offset, std::uint64_t bytes, std::uint64_t end) {
    return offset <= end && bytes <= end - offset;
  }

  /// Where `count` pieces of `bytes` bytes begin, all of which are before `end`.
  [[nodiscard]] std::uint64_t begin_of(hid_t dataset, std::uint64_t count, std::size_t bytes,
                                       std::uint64_t end) const {
    const haddr_t begin = H5Dget_offset(dataset);
    require(begin != HADDR_UNDEF && count <= end / bytes && is_inside(begin, count * bytes, end));
    return begin;
  }

  [[nodiscard]] bool noted() const { return on_damage_ == OnDamage::note; }

  const File& file_;
  hid_t hdf5_;
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
  if (info.has.map && info.compression == Compression::bitmap) {
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
    Layout layout = layout_of(LayoutReader(file, hdf5, on_damage, claimed), file, on_damage);
    layout.missing_bytes = claimed - bytes;
    return layout;
  } catch (const DamagedFile&) {
    // What HDF5 could not read is not damaged.
    source.rethrow_failure();
    throw;
  }
}

}  // namespace tagloom::featurecache
