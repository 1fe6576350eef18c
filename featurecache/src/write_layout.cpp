#include "hdf5.hpp"
#include "layout.hpp"

#include <algorithm>
#include <array>

namespace tagloom::featurecache {
namespace {

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
    const Handle created(written(H5Gcreate2(file_, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), path_));
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
    const Handle made = dataset(name, type, std::array{hsize_t{values.size()}}, {});
    written(H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()), path_);
  }

  /// Room for features; `chunk` is empty for one contiguous piece.
  void room(const char* name, std::span<const hsize_t> shape, std::span<const hsize_t> chunk) {
    (void)dataset(name, half_type(), shape, chunk);
  }

 private:
  Handle dataset(const char* name, hid_t type, std::span<const hsize_t> shape,
                 std::span<const hsize_t> chunk) {
    const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));
    const Handle creation(H5Pcreate(H5P_DATASET_CREATE));
    // Room at once, so that offsets are known; not filled, since every byte is written afterwards.
    H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
    if (!chunk.empty()) H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
    return Handle(written(H5Dcreate2(file_, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT), path_));
  }

  const std::filesystem::path& path_;
  hid_t file_;
};

}  // namespace

/// HDF5 writes into memory, and the result is copied: when a disk fills up while HDF5 writes to it, the
/// library cannot close the file any more, and crashes when the process ends.
void write_layout(const File& target, const CacheInfo& info, const RowKeys& keys) {
  const std::filesystem::path& path = target.path();
  const File memory = File::scratch();
  const Hdf5Session session;
  Handle file(written(H5Fcreate(memory.path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, file_access()), path));
  LayoutWriter writer(path, file);
  writer.describe(to_json(info));
  writer.group("images");
  writer.texts("images/name", keys.names);
  writer.texts("images/hash", keys.hashes);
  writer.group("features");
  writer.texts("features/hash", keys.row_hashes);
  const hsize_t images = keys.size();
  const auto channels = static_cast<hsize_t>(info.feature_shape.channels);
  const auto pixels = static_cast<hsize_t>(info.feature_shape.pixels());
  if (info.has.pooled) writer.room("features/pooled", std::array{images, channels}, {});
  if (info.has.map)
    writer.room("features/map", std::array{images, pixels, channels},
                std::array{hsize_t{1}, pixels, channels});
  written(file.close(), path);
  memory.copy_to(target);
}

}  // namespace tagloom::featurecache
