#include "bitmap_codec.hpp"
#include "bitmap_filter.hpp"
#include "hdf5.hpp"
#include "layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tagloom::featurecache {
namespace {

using Dimensions = std::vector<hsize_t>;

/// Finds the datasets of one file. The file may be damaged or hostile: every size is checked against the
/// file's before memory is reserved, and HDF5 reads metadata only.
class LayoutReader {
 public:
  LayoutReader(const File& file, hid_t hdf5) : file_(file), hdf5_(hdf5), file_bytes_(file.size()) {}

  [[nodiscard]] std::string description() const {
    if (H5Aexists(hdf5_, "tagloom") <= 0)
      throw DamagedFile(
          fmt::format("{} is an HDF5 file but no feature cache; give a file that `tagloom cache build` wrote",
                      file_.path().string()));
    const Handle attribute(ok(H5Aopen(hdf5_, "tagloom", H5P_DEFAULT)));
    const Handle type(ok(H5Aget_type(attribute)));
    const Handle space(ok(H5Aget_space(attribute)));
    const std::size_t bytes = text_bytes(type);
    require(H5Sget_simple_extent_npoints(space) == 1 && bytes <= file_bytes_);
    std::string text(bytes, '\0');
    ok(H5Aread(attribute, type, text.data()));
    return text;
  }

  [[nodiscard]] std::vector<std::string> texts(const char* name, std::uint64_t count) const {
    const Handle dataset(ok(H5Dopen2(hdf5_, name, H5P_DEFAULT)));
    const Handle type(ok(H5Dget_type(dataset)));
    const std::size_t bytes = text_bytes(type);
    require(dimensions(dataset) == Dimensions{count} && bytes <= file_bytes_);
    const auto offsets = contiguous(dataset, count, bytes);
    std::vector<char> packed(count * bytes);
    if (count > 0) file_.read_at(std::as_writable_bytes(std::span(packed)), offsets.front());
    std::vector<std::string> values;
    for (std::size_t begin = 0; begin < packed.size(); begin += bytes) {
      const auto text = std::span(packed).subspan(begin, bytes);
      values.emplace_back(text.begin(), std::ranges::find(text, '\0'));
    }
    return values;
  }

  /// Offsets of the rows of features, each of shape `row`.
  [[nodiscard]] std::vector<std::uint64_t> rows(const char* name, std::uint64_t count,
                                                const Dimensions& row) const {
    const Handle dataset(ok(H5Dopen2(hdf5_, name, H5P_DEFAULT)));
    const Handle type(ok(H5Dget_type(dataset)));
    Dimensions expected = row;
    expected.insert(expected.begin(), count);
    require(H5Tequal(type, half_type()) > 0 && dimensions(dataset) == expected);
    std::size_t bytes = 2;
    for (const hsize_t size : row)
      bytes *= size;

    const Handle creation(ok(H5Dget_create_plist(dataset)));
    if (H5Pget_nfilters(creation) != 0)
      throw DataError(fmt::format("the features in {} are compressed; unpack them with `h5repack -f NONE`",
                                  file_.path().string()));
    if (H5Pget_layout(creation) != H5D_CHUNKED) return contiguous(dataset, count, bytes);
    Dimensions chunk(expected.size());
    require(H5Pget_chunk(creation, static_cast<int>(chunk.size()), chunk.data()) ==
            static_cast<int>(chunk.size()));
    expected.front() = 1;
    require(chunk == expected);
    return chunked(dataset, count, bytes);
  }

  struct Places {
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint64_t> bytes;
  };

  /// Of rows of `row_bytes` bytes that are stored as they are or packed.
  [[nodiscard]] Places packed_rows(std::uint64_t count, std::size_t row_bytes) const {
    const Handle map(ok(H5Dopen2(hdf5_, "features/map", H5P_DEFAULT)));
    const Handle creation(ok(H5Dget_create_plist(map)));
    require(H5Pget_nfilters(creation) == 1 && H5Pget_filter_by_id2(creation, kBitmapFilter, nullptr, nullptr,
                                                                   nullptr, 0, nullptr, nullptr) >= 0);
    const Handle index(ok(H5Dopen2(hdf5_, "features/map_index", H5P_DEFAULT)));
    const Handle type(ok(H5Dget_type(index)));
    require(H5Tequal(type, H5T_STD_U64LE) > 0 && dimensions(index) == Dimensions{count, 2});
    const auto offsets = contiguous(index, count, 2 * sizeof(std::uint64_t));
    std::vector<std::uint64_t> values(count * 2);
    if (count > 0) file_.read_at(std::as_writable_bytes(std::span(values)), offsets.front());
    Places places;
    for (std::size_t i = 0; i < values.size(); i += 2) {
      const std::uint64_t bytes = values[i + 1];
      require(bytes <= row_bytes && bytes >= std::min(bitmap_bytes(row_bytes / 2), row_bytes));
      require_inside(values[i], bytes);
      places.offsets.push_back(values[i]);
      places.bytes.push_back(bytes);
    }
    return places;
  }

 private:
  hid_t ok(hid_t result) const { return readable(result, file_.path()); }
  void require(bool condition) const { readable(condition ? 0 : -1, file_.path()); }

  [[nodiscard]] std::size_t text_bytes(hid_t type) const {
    require(H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0);
    const std::size_t bytes = H5Tget_size(type);
    require(bytes > 0);
    return bytes;
  }

  [[nodiscard]] Dimensions dimensions(hid_t dataset) const {
    const Handle space(ok(H5Dget_space(dataset)));
    const int rank = H5Sget_simple_extent_ndims(space);
    require(rank > 0 && rank <= H5S_MAX_RANK);
    Dimensions sizes(static_cast<std::size_t>(rank));
    ok(H5Sget_simple_extent_dims(space, sizes.data(), nullptr));
    return sizes;
  }

  void require_inside(std::uint64_t offset, std::uint64_t bytes) const {
    require(offset <= file_bytes_ && bytes <= file_bytes_ - offset);
  }

  [[nodiscard]] std::vector<std::uint64_t> contiguous(hid_t dataset, std::uint64_t count,
                                                      std::size_t bytes) const {
    const Handle creation(ok(H5Dget_create_plist(dataset)));
    require(H5Pget_layout(creation) == H5D_CONTIGUOUS && H5Pget_external_count(creation) == 0);
    const haddr_t begin = H5Dget_offset(dataset);
    require(begin != HADDR_UNDEF && count <= file_bytes_ / bytes);
    require_inside(begin, count * bytes);
    std::vector<std::uint64_t> offsets(count);
    for (std::uint64_t i = 0; i < count; ++i)
      offsets[i] = begin + i * bytes;
    return offsets;
  }

  [[nodiscard]] std::vector<std::uint64_t> chunked(hid_t dataset, std::uint64_t count,
                                                   std::size_t bytes) const {
    require(count <= file_bytes_ / bytes);
    std::vector<std::uint64_t> offsets(count);
    std::array<hsize_t, 3> position = {0, 0, 0};
    for (std::uint64_t& offset : offsets) {
      unsigned skipped_filters = 0;
      haddr_t begin = HADDR_UNDEF;
      hsize_t stored = 0;
      ok(H5Dget_chunk_info_by_coord(dataset, position.data(), &skipped_filters, &begin, &stored));
      require(begin != HADDR_UNDEF && stored == bytes);
      require_inside(begin, bytes);
      offset = begin;
      ++position[0];
    }
    return offsets;
  }

  const File& file_;
  hid_t hdf5_;
  std::uint64_t file_bytes_;
};

void check_signature(const File& file) {
  constexpr std::array kSignature = {std::byte{0x89}, std::byte{'H'},  std::byte{'D'},  std::byte{'F'},
                                     std::byte{'\r'}, std::byte{'\n'}, std::byte{0x1A}, std::byte{'\n'}};
  if (file.size() == 0)
    throw DamagedFile(fmt::format("{} is an empty file; copy or build it again", file.path().string()));
  auto begin = kSignature;
  const std::size_t bytes = std::min<std::size_t>(begin.size(), file.size());
  file.read_at(std::span(begin).first(bytes), 0);
  if (begin != kSignature)
    throw DamagedFile(fmt::format("{} is no HDF5 file; give a file that `tagloom cache build` wrote",
                                  file.path().string()));
}

}  // namespace

Layout read_layout(const File& file) {
  check_signature(file);
  const Hdf5Session session;
  const Handle hdf5(readable(H5Fopen(file.path().c_str(), H5F_ACC_RDONLY, file_access()), file.path()));
  const LayoutReader reader(file, hdf5);
  Layout layout;
  layout.info = from_json(reader.description(), file.path().string());
  const auto images = static_cast<std::uint64_t>(layout.info.images);
  const auto channels = static_cast<hsize_t>(layout.info.feature_shape.channels);
  const auto pixels = static_cast<hsize_t>(layout.info.feature_shape.pixels());
  layout.keys = {.names = reader.texts("images/name", images),
                 .hashes = reader.texts("images/hash", images),
                 .row_hashes = reader.texts("features/hash", images)};
  if (data_fingerprint(layout.keys) != layout.info.data_fingerprint) readable(-1, file.path());
  if (layout.info.has.pooled) layout.pooled = reader.rows("features/pooled", images, {channels});
  if (layout.info.has.map && layout.info.compression == Compression::none)
    layout.map = reader.rows("features/map", images, {pixels, channels});
  layout.keys.stored_map_bytes.assign(layout.keys.size(), map_bytes(layout.info));
  if (layout.info.has.map && layout.info.compression == Compression::bitmap) {
    auto [offsets, bytes] = reader.packed_rows(images, map_bytes(layout.info));
    layout.map = std::move(offsets);
    layout.keys.stored_map_bytes = std::move(bytes);
  }
  return layout;
}

}  // namespace tagloom::featurecache
