// Caches whose maps are packed: mostly zeros, as the features of a network that ends in a ReLU are.

#include "layout/cache_file.hpp"
#include "tiny_cache.hpp"

#include <tagloom/featurecache/merge.hpp>
#include <tagloom/featurecache/stream.hpp>
#include <tagloom/featurecache/verify.hpp>

#include <fmt/format.h>
#include <hdf5.h>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
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

void remove_stored_hashes(const fs::path& path) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  EXPECT_GE(H5Ldelete(file, "features/stored_hash", H5P_DEFAULT), 0);
  EXPECT_GE(H5Fclose(file), 0);
}

/// The rows that are damaged once the first of `bytes` in the file is another.
std::vector<std::string> damaged_without(const std::string& bytes, const fs::path& path) {
  const std::string whole = testing::read_text(path);
  flip_byte(path, whole.find(bytes));
  std::vector<std::string> names;
  for (const DamagedRow& row : verify(path).rows)
    names.push_back(row.name);
  testing::write_text(path, whole);
  return names;
}

TEST(Compression, VerifyNamesTheRowOfEveryHashThatChanged) {
  const TemporaryFolder folder;
  const fs::path path = write_sparse(folder / "c.h5", Compression::bitmap);
  const RowKeys keys = CacheFile(path).layout().keys;
  ASSERT_EQ(keys.stored_hashes.size(), keys.size());
  for (const std::size_t row : {0, 1, 2})
    for (const auto* hashes : {&keys.row_hashes, &keys.pooled_hashes, &keys.stored_hashes})
      EXPECT_THAT(damaged_without((*hashes)[row], path), ElementsAre(keys.names[row]));
}

TEST(Compression, VerifyUnpacksTheMapsOfACacheWithoutHashesOfWhatIsStored) {
  const TemporaryFolder folder;
  const fs::path path = write_sparse(folder / "c.h5", Compression::bitmap);
  const Layout layout = CacheFile(path).layout();
  for (const bool has_hashes : {true, false}) {
    if (!has_hashes) remove_stored_hashes(path);
    ASSERT_EQ(CacheFile(path).layout().keys.stored_hashes.empty(), !has_hashes);
    expect_sparse(path, 9);
    for (const std::size_t row : {0, 1, 2}) {
      flip_byte(path, layout.map[row] + layout.keys.stored_map_bytes[row] - 1);
      const Verification found = verify(path);
      ASSERT_EQ(found.rows.size(), 1U) << row;
      EXPECT_EQ(found.rows.front().name, layout.keys.names[row]);
      flip_byte(path, layout.map[row] + layout.keys.stored_map_bytes[row] - 1);
    }
  }
}

TEST(Compression, HashesOfWhatIsStoredAreKeptByMergingAndByAppending) {
  const TemporaryFolder folder;
  const fs::path path = write_sparse(folder / "whole.h5", Compression::bitmap);
  std::vector<fs::path> shards;
  for (std::int64_t third = 0; third < 3; ++third) {
    shards.push_back(folder / fmt::format("{}.h5", third));
    CacheWriter writer(shards.back(), sparse_info(Compression::bitmap), tiny_settings());
    append_sparse(writer, third * 3, third * 3 + 3);
    (void)writer.finish();
  }
  (void)merge(folder / "merged.h5", shards);
  EXPECT_EQ(testing::read_text(folder / "merged.h5"), testing::read_text(path));
  (void)merge(folder / "virtual.h5", shards, {.is_virtual = true});
  EXPECT_EQ(CacheFile(folder / "virtual.h5").layout().keys.stored_hashes.size(), 9U);
  EXPECT_TRUE(verify(folder / "virtual.h5").sound());
  WriterSettings appending = tiny_settings();
  appending.append = true;
  CacheWriter writer(shards.front(), sparse_info(Compression::bitmap), appending);
  append_sparse(writer, 3, 9);
  (void)writer.finish();
  EXPECT_EQ(testing::read_text(shards.front()), testing::read_text(path));
  // One without them makes a whole that has none.
  remove_stored_hashes(shards.back());
  (void)merge(folder / "some.h5", {shards[1], shards[2]});
  EXPECT_TRUE(CacheFile(folder / "some.h5").layout().keys.stored_hashes.empty());
  EXPECT_TRUE(verify(folder / "some.h5").sound());
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
