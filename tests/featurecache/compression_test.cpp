// Caches whose maps are packed: mostly zeros, as the features of a network that ends in a ReLU are.

#include "tiny_cache.hpp"

#include <tagloom/featurecache/stream.hpp>

#include <fmt/format.h>
#include <hdf5.h>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

constexpr std::int64_t kChannels = 50;
constexpr std::int64_t kPixels = 4;

CacheInfo sparse_info(Compression compression) {
  CacheInfo info = tiny_info();
  info.feature_shape.channels = kChannels;
  info.compression = compression;
  return info;
}

/// Features whose values are zeros: all but a few in every third image, none in the next, all in the next.
Features sparse_features(std::int64_t image) {
  at::Tensor map = testing::formula_tensor(fmt::format("sparse {}", image), {1, kPixels, kChannels});
  if (image % 3 == 0) map = map.masked_fill(map <= 0.4, 0);
  if (image % 3 == 1) map = map.abs() + 1;
  if (image % 3 == 2) map = at::zeros_like(map);
  map[0][1][7] = -0.0;
  return {.pooled = map.mean(1).to(at::kHalf), .map = map.to(at::kHalf)};
}

void append_sparse(CacheWriter& writer, std::int64_t begin, std::int64_t end) {
  for (std::int64_t image = begin; image < end; ++image) {
    const ImageKey key = tiny_key(image);
    writer.append({&key, 1}, sparse_features(image));
  }
}

fs::path write_sparse(const fs::path& path, Compression compression, std::int64_t images = 9) {
  CacheWriter writer(path, sparse_info(compression), tiny_settings());
  append_sparse(writer, 0, images);
  (void)writer.finish();
  return path;
}

/// The bits of a tensor of half-precision numbers: -0.0 and 0.0 are equal as numbers.
at::Tensor bits(const at::Tensor& half) {
  return half.view(at::kShort);
}

void expect_sparse(const fs::path& path, std::int64_t images) {
  const CacheReader cache(path);
  ASSERT_EQ(cache.info().images, images);
  for (std::int64_t image = 0; image < images; ++image) {
    const std::int64_t row = cache.row_of(tiny_key(image).name);
    const Features found = cache.read({&row, 1}, {.pooled = true, .map = true});
    EXPECT_TRUE(bits(found.map).equal(bits(sparse_features(image).map))) << image;
    EXPECT_TRUE(found.pooled.equal(sparse_features(image).pooled)) << image;
  }
  cache.verify();
}

/// The map as HDF5 itself reads it.
std::vector<std::uint16_t> read_by_hdf5(const fs::path& path, std::int64_t images) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t dataset = H5Dopen2(file, "features/map", H5P_DEFAULT);
  const hid_t type = H5Dget_type(dataset);
  std::vector<std::uint16_t> numbers(static_cast<std::size_t>(images * kPixels * kChannels));
  EXPECT_GE(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()), 0);
  H5Tclose(type);
  H5Dclose(dataset);
  H5Fclose(file);
  return numbers;
}

TEST(Compression, GivesTheSameFeaturesInLessRoom) {
  const TemporaryFolder folder;
  const auto none = write_sparse(folder / "none.h5", Compression::none, 90);
  const auto bitmap = write_sparse(folder / "bitmap.h5", Compression::bitmap, 90);
  expect_sparse(none, 90);
  expect_sparse(bitmap, 90);
  EXPECT_LT(fs::file_size(bitmap), fs::file_size(none));
  EXPECT_EQ(CacheReader(bitmap).info().data_fingerprint, CacheReader(none).info().data_fingerprint);
}

TEST(Compression, Hdf5ItselfReadsPackedMaps) {
  const TemporaryFolder folder;
  const auto none = write_sparse(folder / "none.h5", Compression::none);
  const auto bitmap = write_sparse(folder / "bitmap.h5", Compression::bitmap);
  EXPECT_EQ(read_by_hdf5(bitmap, 9), read_by_hdf5(none, 9));
}

TEST(Compression, OneImageIsEnough) {
  const TemporaryFolder folder;
  for (std::int64_t images = 1; images < 3; ++images)
    expect_sparse(write_sparse(folder / fmt::format("{}.h5", images), Compression::bitmap, images), images);
}

TEST(Compression, ABuildMayGoOnWithAnother) {
  for (const auto& [first, second] : {std::pair{Compression::none, Compression::bitmap},
                                      std::pair{Compression::bitmap, Compression::none}}) {
    const TemporaryFolder folder;
    {
      CacheWriter writer(folder / "c.h5", sparse_info(first), tiny_settings());
      append_sparse(writer, 0, 6);
    }
    CacheWriter writer(folder / "c.h5", sparse_info(second), tiny_settings());
    append_sparse(writer, 6, 9);
    EXPECT_EQ(writer.finish().compression, second);
    expect_sparse(folder / "c.h5", 9);
  }
}

TEST(Compression, BatchesComeInEveryTypeAndFromCachesOfBothKinds) {
  const TemporaryFolder folder;
  std::vector<CacheReader> caches;
  caches.emplace_back(write_sparse(folder / "none.h5", Compression::none));
  caches.emplace_back(write_sparse(folder / "bitmap.h5", Compression::bitmap));
  for (const at::ScalarType type : {at::kHalf, at::kBFloat16, at::kFloat}) {
    FeatureStream stream(caches, {{{0, 3}, {1, 0}, {1, 8}, {0, 1}}},
                         {.needs = {.pooled = true, .map = true}, .type = type});
    const auto batch = stream.next();
    ASSERT_TRUE(batch);
    std::int64_t position = 0;
    for (const std::int64_t image : {3, 0, 8, 1}) {
      const Features expected = sparse_features(image).to(at::kCPU, type);
      EXPECT_TRUE(batch->map.narrow(0, position, 1).equal(expected.map)) << image;
      EXPECT_TRUE(batch->pooled.narrow(0, position, 1).equal(expected.pooled)) << image;
      ++position;
    }
  }
}

/// Where the packed map of image 0 begins.
std::size_t first_map(const fs::path& path) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t dataset = H5Dopen2(file, "features/map_index", H5P_DEFAULT);
  std::vector<std::uint64_t> index(2 * 9);
  EXPECT_GE(H5Dread(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, index.data()), 0);
  H5Dclose(dataset);
  H5Fclose(file);
  return index[0];
}

/// Changes one bit of a file.
void flip_bit(const fs::path& path, std::size_t offset) {
  std::string bytes = testing::read_text(path);
  bytes.at(offset) = static_cast<char>(bytes.at(offset) ^ 1);
  testing::write_text(path, bytes);
}

/// By who reads the map and by `verify`.
void expect_first_image_refused(const fs::path& path) {
  const CacheReader cache(path);
  const std::vector<std::int64_t> rows = {0};
  for (const auto& action : std::vector<std::function<void()>>{
           [&] { (void)cache.read(rows, {.pooled = false, .map = true}); }, [&] { cache.verify(); }})
    EXPECT_THAT(sentence_of(action), AllOf(HasSubstr("image 0.jpeg"), HasSubstr("damaged")));
}

TEST(Compression, AChangedBitOfTheBitmapIsRefusedNamingTheImage) {
  const TemporaryFolder folder;
  const auto path = write_sparse(folder / "c.h5", Compression::bitmap);
  flip_bit(path, first_map(path) + 3);
  expect_first_image_refused(path);
}

TEST(Compression, AChangedNumberIsRefusedNamingTheImage) {
  const TemporaryFolder folder;
  const auto path = write_sparse(folder / "c.h5", Compression::bitmap);
  flip_bit(path, first_map(path) + 33);
  expect_first_image_refused(path);
}

TEST(Compression, Hdf5RefusesADamagedMap) {
  const TemporaryFolder folder;
  const auto path = write_sparse(folder / "c.h5", Compression::bitmap);
  flip_bit(path, first_map(path) + 3);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t dataset = H5Dopen2(file, "features/map", H5P_DEFAULT);
  std::vector<float> numbers(9 * kPixels * kChannels);
  EXPECT_LT(H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()), 0);
  H5Dclose(dataset);
  H5Fclose(file);
}

/// Puts other places of the maps into a cache.
void write_index(const fs::path& path, const std::vector<std::uint64_t>& index) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t dataset = H5Dopen2(file, "features/map_index", H5P_DEFAULT);
  EXPECT_GE(H5Dwrite(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, index.data()), 0);
  H5Dclose(dataset);
  H5Fclose(file);
}

TEST(Compression, PlacesOutsideTheFileAndLengthsThatCannotBeAreRefused) {
  const TemporaryFolder folder;
  constexpr std::uint64_t kMost = ~std::uint64_t{0};
  const std::uint64_t row = kPixels * kChannels * 2;
  for (const auto& [offset, bytes] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {1 << 20, row}, {kMost, row}, {kMost - 10, 64}, {0, 0}, {0, 8}, {0, row + 2}, {0, kMost}}) {
    const auto path = write_sparse(folder / fmt::format("{}-{}.h5", offset, bytes), Compression::bitmap);
    std::vector<std::uint64_t> index(2 * 9, row);
    index[2] = offset;
    index[3] = bytes;
    write_index(path, index);
    EXPECT_THAT(sentence_of([&] { CacheReader cache(path); }), HasSubstr("damaged"));
  }
}

TEST(Compression, AnUnknownOneIsRefused) {
  std::string json = to_json(tiny_info());
  json.replace(json.find("bitmap"), 6, "zipped");
  EXPECT_THAT(sentence_of([&] { (void)from_json(json, "c.h5"); }), HasSubstr("c.h5"));
}

}  // namespace
}  // namespace tagloom::featurecache
