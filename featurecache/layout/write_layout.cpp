#include "codec/bitmap_filter.hpp"
#include "hdf5/hdf5.hpp"
#include "hdf5/memory_image.hpp"
#include "hdf5/superblock.hpp"
#include "layout/layout.hpp"
#include "layout/row_type.hpp"

#include <algorithm>
#include <array>

namespace tagloom::featurecache {
namespace {

/// Properties of something to create, so that it does not note when that was: equal caches have equal bytes.
Handle timeless(hid_t kind) {
  Handle creation(H5Pcreate(kind));
  H5Pset_obj_track_times(creation, false);
  return creation;
}

std::vector<hsize_t> shape_of(const RowType& row, hsize_t images) {
  std::vector<hsize_t> shape = {images};
  shape.insert(shape.end(), row.shape.begin(), row.shape.end());
  return shape;
}

/// Creates the datasets of one file.
class LayoutWriter {
 public:
  LayoutWriter(const std::filesystem::path& path, hid_t file) : path_(path), file_(file) {}

  void describe(const std::string& json) {
    const Handle type = text_type(json.size());
    const Handle scalar(H5Screate(H5S_SCALAR));
    const Handle attribute(
        written(H5Acreate2(file_, "tagloom", type, scalar, H5P_DEFAULT, H5P_DEFAULT), path_));
    written(H5Awrite(attribute, type, json.data()), path_);
  }

  void group(const char* name) {
    const Handle creation = timeless(H5P_GROUP_CREATE);
    const Handle created(written(H5Gcreate2(file_, name, H5P_DEFAULT, creation, H5P_DEFAULT), path_));
  }

  /// Texts of one length, since HDF5 keeps texts of varying length in a heap that has no checksum.
  void texts(const char* name, const std::vector<std::string>& values) {
    std::size_t longest = 1;
    for (const std::string& value : values)
      longest = std::max(longest, value.size());
    std::vector<char> packed(longest * values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
      std::ranges::copy(values[i], packed.begin() + static_cast<std::ptrdiff_t>(i * longest));
    const Handle type = text_type(longest);
    const Handle made = dataset(name, type, std::array{hsize_t{values.size()}});
    written(H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()), path_);
  }

  /// Room for features, in one piece: HDF5 1.10 finds the offset of a chunk by looking at all of them.
  void room(const char* name, const RowType& row, hsize_t images) {
    (void)dataset(name, row.type, shape_of(row, images));
  }

  /// Rows that are in other files, as HDF5 itself finds them.
  void elsewhere(const char* name, const RowType& row, const Layout& layout,
                 const std::vector<std::size_t>& piece_images) {
    const Handle creation = timeless(H5P_DATASET_CREATE);
    const std::vector<hsize_t> shape = shape_of(row, layout.keys.size());
    std::vector<hsize_t> begin(shape.size());
    for (const PieceRun& run : runs_of(layout.places)) {
      const std::vector<hsize_t> some = shape_of(row, run.count);
      const Handle here = selection(shape, begin, some);
      std::vector<hsize_t> there_begin(shape.size());
      there_begin.front() = run.first;
      const Handle there = selection(shape_of(row, piece_images[run.piece]), there_begin, some);
      written(H5Pset_virtual(creation, here, layout.pieces[run.piece].c_str(), name, there), path_);
      begin.front() += run.count;
    }
    (void)dataset(name, row.type, shape, creation);
  }

  /// Room for packed features, one chunk a row of `stored_bytes[row]` bytes each; returns where the chunks
  /// are.
  std::vector<std::uint64_t> packed_room(const char* name, const RowType& row, const MapForm& form,
                                         const std::vector<std::uint64_t>& stored_bytes, MemoryImage& image) {
    const std::vector<hsize_t> chunk = shape_of(row, 1);
    const std::vector<unsigned> values = bitmap_filter_values(form);
    const Handle creation = timeless(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
    H5Pset_filter(creation, kBitmapFilter, H5Z_FLAG_OPTIONAL, values.size(), values.data());
    H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
    const Handle made = dataset(name, row.type, shape_of(row, stored_bytes.size()), creation);
    const std::vector<std::byte> nothing(form.bytes());
    std::vector<std::uint64_t> places;
    std::vector<hsize_t> position(chunk.size());
    for (const std::uint64_t bytes : stored_bytes) {
      const std::uint32_t skipped = bytes == nothing.size() ? 1 : 0;
      places.push_back(image.place_of([&] {
        written(H5Dwrite_chunk(made, H5P_DEFAULT, skipped, position.data(), bytes, nothing.data()), path_);
      }));
      ++position.front();
    }
    return places;
  }

  /// Numbers that are known later, `[rows, columns]`: `fill` writes them.
  [[nodiscard]] Handle numbers(const char* name, hsize_t rows, hsize_t columns) {
    return dataset(name, H5T_STD_U64LE, std::array{rows, columns});
  }
  void fill(const Handle& numbers, const std::vector<std::uint64_t>& values) {
    written(H5Dwrite(numbers, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), path_);
  }

 private:
  [[nodiscard]] Handle selection(std::span<const hsize_t> shape, const std::vector<hsize_t>& begin,
                                 const std::vector<hsize_t>& count) const {
    Handle space(written(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), path_));
    written(H5Sselect_hyperslab(space, H5S_SELECT_SET, begin.data(), nullptr, count.data(), nullptr), path_);
    return space;
  }

  Handle dataset(const char* name, hid_t type, std::span<const hsize_t> shape, hid_t creation) {
    const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));
    return Handle(written(H5Dcreate2(file_, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT), path_));
  }

  Handle dataset(const char* name, hid_t type, std::span<const hsize_t> shape) {
    const Handle creation = timeless(H5P_DATASET_CREATE);
    // Room at once, so that offsets are known; not filled, since every byte is written afterwards.
    H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
    return dataset(name, type, shape, creation);
  }

  const std::filesystem::path& path_;
  hid_t file_;
};

/// What HDF5 notes of the chunk of an image, and some more.
constexpr hsize_t kChunkRecordBytes = 32;

/// Where and how long every row's map is: HDF5 1.10 finds a chunk by looking at all of them.
std::vector<std::uint64_t> index_of(const std::vector<std::uint64_t>& places,
                                    const std::vector<std::uint64_t>& bytes) {
  std::vector<std::uint64_t> index;
  for (std::size_t row = 0; row < places.size(); ++row) {
    index.push_back(places[row]);
    index.push_back(bytes[row]);
  }
  return index;
}

/// Everything but the features.
void write_keys(LayoutWriter& writer, const std::string& json, const CacheInfo& info, const RowKeys& keys) {
  writer.describe(json);
  writer.group("images");
  writer.texts("images/name", keys.names);
  writer.texts("images/hash", keys.hashes);
  writer.group("features");
  writer.texts("features/hash", keys.row_hashes);
  if (keys.pooled_hashes.size() == keys.size()) writer.texts("features/pooled_hash", keys.pooled_hashes);
  if (stores_packed(info) && keys.stored_hashes.size() == keys.size())
    writer.texts("features/stored_hash", keys.stored_hashes);
}

void write_room(LayoutWriter& writer, const CacheInfo& info, const RowKeys& keys, MemoryImage& image) {
  const hsize_t images = keys.size();
  if (info.has.pooled) writer.room("features/pooled", pooled_type(info), images);
  if (info.has.map && info.compression == Compression::none)
    writer.room("features/map", map_type(info), images);
  if (stores_packed(info)) {
    // Before the chunks, which are not in memory.
    const Handle index = writer.numbers("features/map_index", images, 2);
    const auto places =
        writer.packed_room("features/map", map_type(info), map_form(info), keys.stored_map_bytes, image);
    writer.fill(index, index_of(places, keys.stored_map_bytes));
  }
}

void write_pieces(LayoutWriter& writer, const Layout& layout, const std::vector<std::size_t>& piece_images) {
  const CacheInfo& info = layout.info;
  if (info.has.pooled) writer.elsewhere("features/pooled", pooled_type(info), layout, piece_images);
  if (info.has.map) writer.elsewhere("features/map", map_type(info), layout, piece_images);
  writer.group("pieces");
  std::vector<std::string> names;
  for (const std::filesystem::path& piece : layout.pieces)
    names.push_back(piece.string());
  writer.texts("pieces/file", names);
  std::vector<std::uint64_t> numbers;
  for (const PieceRun& run : runs_of(layout.places))
    for (const std::size_t number : {run.piece, run.first, run.count})
      numbers.push_back(number);
  writer.fill(writer.numbers("pieces/rows", numbers.size() / 3, 3), numbers);
}

/// Has `write` lay out the target's metadata in memory.
template <typename Write>
void lay_out(const File& target, const std::string& json, std::size_t images, const Write& write) {
  const std::filesystem::path& path = target.path();
  const Hdf5Session session;
  MemoryImage image;
  const Handle access = file_access();
  image.use(access);
  const Handle root = timeless(H5P_FILE_CREATE);
  // All metadata in one block at the file's beginning, before the rows, so that the image stays small.
  H5Pset_meta_block_size(access, 8192 + json.size() + images * kChunkRecordBytes);
  Handle file(written(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, root, access), path));
  LayoutWriter writer(path, file);
  write(writer, image);
  written(file.close(), path);
  // Behind the room for the rows, which is not in memory.
  target.resize(end_of_file(image.bytes()));
  target.write_at(image.bytes(), 0);
}

}  // namespace

void write_layout(const File& target, const CacheInfo& info, const RowKeys& keys) {
  const std::string json = to_json(info);
  lay_out(target, json, keys.size(), [&](LayoutWriter& writer, MemoryImage& image) {
    write_keys(writer, json, info, keys);
    write_room(writer, info, keys, image);
  });
}

void write_virtual_layout(const File& target, const Layout& layout,
                          const std::vector<std::size_t>& piece_images) {
  const std::string json = to_json(layout.info);
  lay_out(target, json, layout.keys.size(), [&](LayoutWriter& writer, MemoryImage&) {
    write_keys(writer, json, layout.info, layout.keys);
    write_pieces(writer, layout, piece_images);
  });
}

}  // namespace tagloom::featurecache
