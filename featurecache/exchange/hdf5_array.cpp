#include "exchange/packed_chunks.hpp"
#include "hdf5/file_source.hpp"
#include "hdf5/hdf5.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/arrays.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tagloom::featurecache {
namespace {

/// A chunk may hold many rows: HDF5 unpacks it once for all of them, where it does.
constexpr std::size_t kChunkCacheBytes = std::size_t{64} << 20;

/// FileSource reads no more at once.
constexpr std::int64_t kMostBytesAtOnce = std::int64_t{64} << 20;

/// One dataset of a foreign file. HDF5 opens no other file, and every call is made in a session.
class Dataset {
 public:
  Dataset(const std::filesystem::path& path, std::string name)
      : file_(path, File::Mode::read), source_(file_), name_(std::move(name)) {
    const Hdf5Session session;
    try {
      open(path);
    } catch (...) {
      // In the session, too.
      dataset_.reset();
      hdf5_.reset();
      throw;
    }
  }
  ~Dataset() {
    const Hdf5Session session;
    dataset_.reset();
    hdf5_.reset();
  }
  Dataset(const Dataset&) = delete;
  Dataset& operator=(const Dataset&) = delete;

  [[noreturn]] void fail(std::string_view what) const {
    throw DataError(fmt::format("{} {} \"{}\"; name one that it holds, with features", shown(file_.path()),
                                what, shown(name_)));
  }
  /// Passes on what HDF5 says of a reading.
  void read(herr_t status) const {
    if (status >= 0) return;
    source_.rethrow_failure();
    throw DamagedFile(
        fmt::format("dataset \"{}\" in {} cannot be read: it is damaged, or packed by a filter that "
                    "is not part of HDF5; store it with gzip or unpacked",
                    shown(name_), shown(file_.path())));
  }

  /// Some rows of what PackedChunks unpacks, uint8 [rows, ..., bytes of an element], as they are in the file.
  void read(PackedChunks& chunks, std::int64_t first, const at::Tensor& rows) const {
    read(chunks.read(first, rows) ? 0 : -1);
  }

  [[nodiscard]] std::optional<PackedChunks> chunks() const {
    return PackedChunks::of(*dataset_, file_.size());
  }

  [[nodiscard]] hid_t id() const { return *dataset_; }
  [[nodiscard]] const File& file() const { return file_; }
  /// Where it lies, if that is in one piece; HDF5 1.10 reads beyond its own memory in some damaged ones.
  [[nodiscard]] std::optional<std::uint64_t> place() const {
    const haddr_t begin = H5Dget_offset(*dataset_);
    return begin == HADDR_UNDEF ? std::nullopt : std::optional<std::uint64_t>(begin);
  }
  [[nodiscard]] std::vector<hsize_t> sizes() const {
    const Handle space(H5Dget_space(*dataset_));
    std::vector<hsize_t> sizes(static_cast<std::size_t>(std::max(H5Sget_simple_extent_ndims(space), 0)));
    if (sizes.empty()) fail("has no rows in");
    H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
    check_holds(sizes);
    return sizes;
  }

 private:
  void open(const std::filesystem::path& path) {
    const Handle access = file_access();
    source_.use(access);
    // Also what HDF5 left open of something damaged.
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    hdf5_.emplace(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access));
    if (*hdf5_ < 0) source_.rethrow_failure();
    if (*hdf5_ < 0)
      throw DamagedFile(fmt::format("{} is no HDF5 file that is whole; copy it again", shown(path)));
    const std::optional<std::string> link = link_in(*hdf5_, name_);
    if (!link) fail("has no dataset");
    if (!link->empty()) fail("has only a link by the name");
    const Handle cache(H5Pcreate(H5P_DATASET_ACCESS));
    H5Pset_chunk_cache(cache, H5D_CHUNK_CACHE_NSLOTS_DEFAULT, kChunkCacheBytes, 1.0);
    dataset_.emplace(H5Dopen2(*hdf5_, name_.c_str(), cache));
    if (*dataset_ < 0) fail("has no dataset");
    const Handle creation(H5Dget_create_plist(*dataset_));
    if (H5Pget_external_count(creation) != 0 || H5Pget_layout(creation) == H5D_VIRTUAL)
      fail("keeps in other files its dataset");
  }

  /// HDF5 1.10 reads beyond its own memory where a dataset in one piece is shorter than its sizes say.
  void check_holds(const std::vector<hsize_t>& sizes) const {
    const Handle creation(H5Dget_create_plist(*dataset_));
    const Handle type(H5Dget_type(*dataset_));
    if (H5Pget_layout(creation) == H5D_CHUNKED) return;
    hsize_t room = H5Dget_storage_size(*dataset_) / std::max<hsize_t>(H5Tget_size(type), 1);
    for (const hsize_t size : sizes)
      room = size == 0 ? room : room / size;
    if (room == 0) fail("is damaged: it holds less than it says of");
  }

  File file_;
  FileSource source_;
  std::string name_;
  std::optional<Handle> hdf5_;
  std::optional<Handle> dataset_;
};

std::optional<at::ScalarType> floating_type(hid_t type) {
  if (H5Tget_class(type) != H5T_FLOAT) return std::nullopt;
  switch (H5Tget_size(type)) {
    case 2:
      return at::kHalf;
    case 4:
      return at::kFloat;
    case 8:
      return at::kDouble;
    default:
      return std::nullopt;
  }
}

class Hdf5Array : public Array {
 public:
  Hdf5Array(const std::filesystem::path& path, const std::string& name) : dataset_(path, name) {
    const Hdf5Session session;
    for (const hsize_t size : dataset_.sizes())
      shape_.push_back(static_cast<std::int64_t>(size));
    const Handle type(H5Dget_type(dataset_.id()));
    const auto floating = floating_type(type);
    if (!floating) dataset_.fail("has no float16, float32 or float64 in");
    type_ = *floating;
    // In one piece only as they are in memory: HDF5 would turn others, and is not to read those.
    const bool plain = H5Tequal(type, H5T_IEEE_F32LE) > 0 || H5Tequal(type, H5T_IEEE_F64LE) > 0 ||
                       H5Tequal(type, half_type()) > 0;
    place_ = dataset_.place();
    if (place_ && !plain) dataset_.fail("has no float16, float32 or float64 in little-endian order in");
    chunks_ = dataset_.chunks();
  }

  [[nodiscard]] const std::vector<std::int64_t>& shape() const override { return shape_; }

  [[nodiscard]] at::Tensor rows(std::int64_t first, std::int64_t count) const override {
    const Hdf5Session session;
    std::vector<std::int64_t> shape = shape_;
    shape.front() = count;
    const at::Tensor all = at::empty(shape, type_);
    const auto row_bytes = static_cast<std::int64_t>(all.nbytes()) / std::max<std::int64_t>(count, 1);
    if (place_) {
      const std::span bytes(static_cast<std::byte*>(all.data_ptr()), all.nbytes());
      dataset_.file().read_at(bytes, *place_ + static_cast<std::uint64_t>(first * row_bytes));
      return all;
    }
    const std::int64_t most =
        std::max<std::int64_t>(kMostBytesAtOnce / std::max<std::int64_t>(row_bytes, 1), 1);
    for (std::int64_t done = 0; done < count; done += most) {
      const std::int64_t some = std::min(most, count - done);
      const at::Tensor rows = all.narrow(0, done, some);
      if (chunks_)
        unpack_into(rows, first + done);
      else
        read_into(rows, first + done);
    }
    return all;
  }

 private:
  /// What the file has, element by element, then turned where it is: all types are as large as ours.
  void unpack_into(const at::Tensor& rows, std::int64_t first) const {
    std::vector<std::int64_t> sizes = rows.sizes().vec();
    sizes.push_back(static_cast<std::int64_t>(rows.element_size()));
    dataset_.read(*chunks_, first, at::from_blob(rows.data_ptr(), sizes, at::kByte));
    const Handle there(H5Dget_type(dataset_.id()));
    const Handle here = memory_type();
    dataset_.read(H5Tconvert(there, here, static_cast<std::size_t>(rows.numel()), rows.data_ptr(), nullptr,
                             H5P_DEFAULT));
  }

  void read_into(const at::Tensor& rows, std::int64_t first) const {
    const std::vector<hsize_t> sizes(rows.sizes().begin(), rows.sizes().end());
    std::vector<hsize_t> begin(sizes.size());
    begin.front() = static_cast<hsize_t>(first);
    const Handle there(H5Dget_space(dataset_.id()));
    const Handle here(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr));
    H5Sselect_hyperslab(there, H5S_SELECT_SET, begin.data(), nullptr, sizes.data(), nullptr);
    dataset_.read(H5Dread(dataset_.id(), memory_type(), here, there, H5P_DEFAULT, rows.data_ptr()));
  }

  [[nodiscard]] Handle memory_type() const {
    if (type_ == at::kHalf) return half_type();
    return Handle(H5Tcopy(type_ == at::kFloat ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE));
  }

  Dataset dataset_;
  std::vector<std::int64_t> shape_;
  at::ScalarType type_ = at::kFloat;
  std::optional<std::uint64_t> place_;
  mutable std::optional<PackedChunks> chunks_;
};

/// That all names take at once.
constexpr std::size_t kMostTextBytes = std::size_t{1} << 32;

/// A header may claim any number: `bytes` of each of `count` texts are there, packed by Deflate at the most.
void check_stored(const Dataset& dataset, std::size_t count, std::size_t bytes) {
  constexpr std::size_t kMostUnpacked = 1032;
  const std::size_t stored = H5Dget_storage_size(dataset.id());
  const std::size_t most = std::min(kMostTextBytes / kMostUnpacked, stored) * kMostUnpacked;
  if (bytes == 0 || count > most / bytes) dataset.fail("has no names in");
}

std::vector<std::string> varying_texts(const Dataset& dataset, hid_t type, std::size_t count) {
  // A file has of each its length and where it is.
  check_stored(dataset, count, 2 * sizeof(char*));
  std::vector<char*> pointers(count);
  dataset.read(H5Dread(dataset.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()));
  std::vector<std::string> texts;
  for (const char* text : pointers)
    texts.emplace_back(text == nullptr ? "" : text);
  const Handle space(H5Dget_space(dataset.id()));
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
  return texts;
}

std::vector<std::string> fixed_texts(const Dataset& dataset, hid_t type, std::size_t count) {
  const std::size_t bytes = H5Tget_size(type);
  check_stored(dataset, count, bytes);
  std::string all(bytes * count, '\0');
  if (std::optional<PackedChunks> chunks = dataset.chunks())
    dataset.read(
        *chunks, 0,
        at::from_blob(all.data(), {static_cast<std::int64_t>(count), static_cast<std::int64_t>(bytes)},
                      at::kByte));
  else
    dataset.read(H5Dread(dataset.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data()));
  const bool spaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = all.substr(i * bytes, bytes);
    text.resize(std::min(text.find('\0'), text.size()));
    if (spaces) text.resize(text.find_last_not_of(' ') + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace

std::unique_ptr<Array> open_hdf5_array(const std::filesystem::path& path, const std::string& dataset) {
  return std::make_unique<Hdf5Array>(path, dataset);
}

std::vector<std::string> read_hdf5_texts(const std::filesystem::path& path, const std::string& dataset) {
  const Dataset open(path, dataset);
  const Hdf5Session session;
  const std::vector<hsize_t> sizes = open.sizes();
  const Handle type(H5Dget_type(open.id()));
  if (sizes.size() != 1 || H5Tget_class(type) != H5T_STRING) open.fail("has no names in");
  return H5Tis_variable_str(type) > 0 ? varying_texts(open, type, sizes.front())
                                      : fixed_texts(open, type, sizes.front());
}

}  // namespace tagloom::featurecache
