/// Caches whose features are stored as bfloat16, float32 or int8: all that can be done with one.

#include "hdf5/hdf5.hpp"
#include "layout/layout.hpp"
#include "tiny_cache.hpp"

#include <tagloom/featurecache/merge.hpp>
#include <tagloom/featurecache/repair.hpp>
#include <tagloom/featurecache/resident.hpp>
#include <tagloom/featurecache/stream.hpp>
#include <tagloom/featurecache/verify.hpp>
#include <tagloom/featurecache/write_cache.hpp>

#include <limits>
#include <tuple>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::Combine;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TemporaryFolder;
using ::testing::Values;
namespace fs = std::filesystem;

constexpr std::int64_t kStoredPixels = 4;
constexpr std::int64_t kStoredChannels = 70;
constexpr FeatureNeeds kPooledAndMap{.pooled = true, .map = true};

CacheInfo info_with(StoredType type, Compression compression = Compression::bitmap) {
  CacheInfo info = tiny_info();
  info.feature_shape.channels = kStoredChannels;
  info.store = type;
  info.compression = compression;
  return info;
}

/// In float32, mostly zeros, as behind a ReLU, and of very different sizes in different channels.
Features stored_features(std::int64_t image) {
  const at::Tensor sizes = at::pow(10, at::arange(kStoredChannels).to(at::kFloat) / 20 - 2);
  at::Tensor map =
      testing::formula_tensor(fmt::format("stored {}", image), {1, kStoredPixels, kStoredChannels}) * sizes;
  map = map.masked_fill(map <= 0, 0);
  if (image % 3 == 1) map = map + 1;
  return {.pooled = map.mean(1), .map = map};
}

void append_stored(CacheWriter& writer, std::int64_t begin, std::int64_t end) {
  for (std::int64_t image = begin; image < end; ++image) {
    const ImageKey key = tiny_key(image);
    writer.append({&key, 1}, stored_features(image));
  }
}

fs::path write_stored(const fs::path& path, const CacheInfo& info, std::int64_t begin, std::int64_t end) {
  CacheWriter writer(path, info, tiny_settings());
  append_stored(writer, begin, end);
  (void)writer.finish();
  return path;
}

/// What may come back of `given`, and by how much each number may be off.
void expect_stored(const at::Tensor& found, const at::Tensor& given, StoredType type, bool is_map) {
  if (type == StoredType::int8) {
    const at::Tensor scale = (is_map ? given.abs().amax(1, true) : given.abs().amax()) / 127;
    EXPECT_TRUE((found - given).abs().le(scale * 0.5001).all().item<bool>());
    // Nothing is lost besides: a channel's largest number is what it was, but for float32's last digit.
    EXPECT_TRUE(at::allclose(found.abs().amax(1), given.abs().amax(1), is_map ? 1e-6 : 0.01, 0));
  } else {
    EXPECT_TRUE(found.equal(given.to(type_as_stored(type)).to(at::kFloat)));
  }
}

void expect_cache_of(const fs::path& path, StoredType type, std::int64_t images) {
  const std::vector<CacheReader> caches = [&] {
    std::vector<CacheReader> one;
    one.emplace_back(path);
    return one;
  }();
  const CacheReader& cache = caches.front();
  ASSERT_EQ(cache.info().images, images);
  EXPECT_EQ(cache.info().store, type);
  for (std::int64_t image = 0; image < images; ++image) {
    const auto row = static_cast<std::int64_t>(cache.row_of(tiny_key(image).name));
    const Features found = *FeatureStream(caches, {{{0, row}}}, {.needs = kPooledAndMap}).next();
    expect_stored(found.pooled, stored_features(image).pooled, type, /*is_map=*/false);
    expect_stored(found.map, stored_features(image).map, type, /*is_map=*/true);
  }
  cache.verify();
}

class StoredTypes : public ::testing::TestWithParam<std::tuple<StoredType, Compression>> {
 protected:
  const StoredType type_ = std::get<0>(GetParam());
  const CacheInfo info_ = info_with(type_, std::get<1>(GetParam()));
  const TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(All, StoredTypes,
                         Combine(Values(StoredType::float16, StoredType::bfloat16, StoredType::float32,
                                        StoredType::int8),
                                 Values(Compression::none, Compression::bitmap)),
                         [](const auto& parameters) {
                           return to_text(std::get<0>(parameters.param)) + "_" +
                                  to_text(std::get<1>(parameters.param));
                         });

TEST_P(StoredTypes, GiveBackWhatTheyHaveRoomFor) {
  expect_cache_of(write_stored(folder_ / "c.h5", info_, 0, 10), type_, 10);
}

TEST_P(StoredTypes, ShardsAndAppendedImagesMakeTheFileOfOneBuild) {
  const std::string whole = testing::read_text(write_stored(folder_ / "whole.h5", info_, 0, 10));
  for (std::int64_t index = 1; index <= 2; ++index) {
    CacheInfo shard = info_;
    shard.shard = ShardOf{.index = index, .count = 2, .list = "list"};
    (void)write_stored(folder_ / fmt::format("{}.h5", index), shard, index == 1 ? 0 : 4, index == 1 ? 4 : 10);
  }
  (void)merge(folder_ / "merged.h5", {folder_ / "2.h5", folder_ / "1.h5"});
  EXPECT_EQ(testing::read_text(folder_ / "merged.h5"), whole);
  (void)write_stored(folder_ / "grown.h5", info_, 0, 6);
  WriterSettings append = tiny_settings();
  append.append = true;
  CacheWriter writer(folder_ / "grown.h5", info_, append);
  append_stored(writer, 6, 10);
  (void)writer.finish();
  EXPECT_EQ(testing::read_text(folder_ / "grown.h5"), whole);
}

TEST_P(StoredTypes, AnInterruptedBuildGoesOn) {
  const std::string whole = testing::read_text(write_stored(folder_ / "whole.h5", info_, 0, 10));
  {
    CacheWriter writer(folder_ / "c.h5", info_, tiny_settings());
    append_stored(writer, 0, 6);
  }
  CacheWriter writer(folder_ / "c.h5", info_, tiny_settings());
  EXPECT_EQ(writer.images(), 6);
  append_stored(writer, 6, 10);
  (void)writer.finish();
  EXPECT_EQ(testing::read_text(folder_ / "c.h5"), whole);
}

TEST_P(StoredTypes, RepairBringsBackTheFileThatWasWritten) {
  const fs::path path = write_stored(folder_ / "c.h5", info_, 0, 10);
  const std::string whole = testing::read_text(path);
  flip_byte(path, whole.size() - 3);
  const Verification found = verify(path);
  ASSERT_EQ(found.rows.size(), 1U);
  EXPECT_EQ(found.rows.front().name, "9.jpeg");
  CacheRepair repair(path);
  repair.replace(0, stored_features(9));
  EXPECT_EQ(repair.other_than_written(), 0);
  repair.finish();
  EXPECT_EQ(testing::read_text(path), whole);
}

TEST_P(StoredTypes, AVirtualCacheReadsThem) {
  const auto one = write_stored(folder_ / "1.h5", info_, 0, 4);
  const auto two = write_stored(folder_ / "2.h5", info_, 4, 10);
  (void)merge(folder_ / "v.h5", {one, two}, {.is_virtual = true});
  expect_cache_of(folder_ / "v.h5", type_, 10);
}

TEST_P(StoredTypes, AChangedBitAnywhereInARowIsFound) {
  const fs::path path = write_stored(folder_ / "c.h5", info_, 0, 3);
  const std::string whole = testing::read_text(path);
  const Layout layout = read_layout(File(path, File::Mode::read));
  const std::size_t begin = layout.map[2];
  // From its scales on.
  for (std::size_t at = begin; at < begin + layout.keys.stored_map_bytes[2]; at += 7) {
    testing::write_text(path, whole);
    flip_byte(path, at);
    const Verification found = verify(path);
    ASSERT_EQ(found.rows.size(), 1U) << at;
    EXPECT_EQ(found.rows.front().name, "2.jpeg");
  }
}

TEST_P(StoredTypes, WhatFloat16HasNoRoomForIsRefusedNamingTheImage) {
  CacheWriter writer(folder_ / "c.h5", info_, tiny_settings());
  for (const float number :
       {65536.0F, -1e6F, std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    Features broken = stored_features(1);
    broken.map[0][3][5] = number;
    const ImageKey key = tiny_key(7);
    EXPECT_THAT(
        sentence_of<NumericError>([&] {
          writer.append({&key, 1}, broken);
        }),
        AllOf(HasSubstr("image 7.jpeg"), HasSubstr("NaN, infinity or a number beyond float16 (65504)")));
    const auto import = [&] {
      (void)write_cache(folder_ / "i.h5", info_, std::span(&key, 1),
                        [&](std::int64_t, std::int64_t) { return broken; });
    };
    EXPECT_THAT(sentence_of(import), AllOf(HasSubstr("row 0"), HasSubstr("7.jpeg"), HasSubstr("65504")));
  }
  Features large = stored_features(1);
  large.map[0][3][5] = 65000;
  const ImageKey key = tiny_key(1);
  writer.append({&key, 1}, large);
  EXPECT_EQ(writer.images(), 1);
}

/// One number of each, by HDF5 itself: through the filter where there is one, and the compound of int8.
TEST_P(StoredTypes, Hdf5ItselfReadsThem) {
  const fs::path path = write_stored(folder_ / "c.h5", info_, 0, 6);
  std::vector<CacheReader> caches;
  caches.emplace_back(path);
  const Features expected =
      *FeatureStream(caches, {{{0, 0}, {0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}}}, {.needs = kPooledAndMap})
           .next();
  const Hdf5Session session;
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const Handle dataset(H5Dopen2(file, "features/map", H5P_DEFAULT));
  at::Tensor found = at::empty({6, kStoredPixels, kStoredChannels});
  if (type_ == StoredType::int8) {
    const std::array<hsize_t, 2> shape = {kStoredPixels, kStoredChannels};
    const Handle values(H5Tarray_create2(H5T_NATIVE_FLOAT, 2, shape.data()));
    const Handle scales(H5Tarray_create2(H5T_NATIVE_FLOAT, 1, &shape[1]));
    const Handle only_values(H5Tcreate(H5T_COMPOUND, found.nbytes() / 6));
    H5Tinsert(only_values, "values", 0, values);
    ASSERT_GE(H5Dread(dataset, only_values, H5S_ALL, H5S_ALL, H5P_DEFAULT, found.data_ptr()), 0);
    const Handle only_scale(H5Tcreate(H5T_COMPOUND, kStoredChannels * sizeof(float)));
    H5Tinsert(only_scale, "scale", 0, scales);
    at::Tensor scale = at::empty({6, 1, kStoredChannels});
    ASSERT_GE(H5Dread(dataset, only_scale, H5S_ALL, H5S_ALL, H5P_DEFAULT, scale.data_ptr()), 0);
    found = found * scale;
  } else {
    ASSERT_GE(H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, found.data_ptr()), 0);
  }
  EXPECT_TRUE(found.equal(expected.map));
}

TEST_P(StoredTypes, MergeWritesAnyOtherType) {
  const fs::path source = write_stored(folder_ / "source.h5", info_, 0, 10);
  const CacheReader before(source);
  for (const StoredType wanted :
       {StoredType::float16, StoredType::bfloat16, StoredType::float32, StoredType::int8}) {
    const fs::path copy = folder_ / (to_text(wanted) + ".h5");
    std::int64_t steps = 0;
    EXPECT_EQ(merge(copy, {source}, {.store = wanted, .step = [&] { ++steps; }}).store, wanted);
    EXPECT_EQ(steps, 10);
    // As if the numbers that the source gives had been written as that type.
    std::vector<CacheReader> caches;
    caches.emplace_back(source);
    std::vector<ImageKey> images;
    for (std::size_t row = 0; row < 10; ++row)
      images.push_back({.name = before.names()[row], .hash = before.hashes()[row]});
    const auto numbers = [&](std::int64_t first, std::int64_t count) {
      std::vector<SourceRow> rows;
      for (std::int64_t row = first; row < first + count; ++row)
        rows.push_back({.source = 0, .row = row});
      return *FeatureStream(caches, {rows}, {.needs = kPooledAndMap}).next();
    };
    const fs::path other = folder_ / (to_text(wanted) + ".expected.h5");
    (void)write_cache(other, info_with(wanted, info_.compression), images, numbers);
    EXPECT_EQ(testing::read_text(copy), testing::read_text(other));
  }
}

TEST(StoredType, IsNotMixedWithAnother) {
  const TemporaryFolder folder;
  const auto half = write_stored(folder / "half.h5", info_with(StoredType::float16), 0, 4);
  const auto whole = write_stored(folder / "int8.h5", info_with(StoredType::int8), 4, 8);
  const auto says = AllOf(HasSubstr("numbers (--store)"), HasSubstr("float16"), HasSubstr("int8"));
  EXPECT_THAT(sentence_of([&] { (void)merge(folder / "m.h5", {half, whole}); }), says);
  EXPECT_THAT(sentence_of([&] { CacheReader({half, whole}); }), says);
  WriterSettings append = tiny_settings();
  append.append = true;
  EXPECT_THAT(sentence_of([&] { CacheWriter(half, info_with(StoredType::int8), append); }),
              AllOf(says, HasSubstr("half.h5 was made with other settings")));
  // But both are caches of the same features, once they are written alike.
  (void)merge(folder / "again.h5", {whole}, {.store = StoredType::float16});
  EXPECT_EQ(merge(folder / "m.h5", {half, folder / "again.h5"}).images, 8);
}

TEST(StoredType, MayDifferAmongTheSourcesOfABatch) {
  const TemporaryFolder folder;
  std::vector<CacheReader> caches;
  caches.emplace_back(write_stored(folder / "half.h5", info_with(StoredType::float16), 0, 4));
  caches.emplace_back(write_stored(folder / "int8.h5", info_with(StoredType::int8), 0, 4));
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    const std::vector<std::vector<SourceRow>> batches = {{{0, 2}, {1, 2}}};
    const Features batch = *FeatureStream(caches, batches, {.needs = kPooledAndMap, .type = type}).next();
    EXPECT_EQ(batch.map.scalar_type(), type);
    const at::Tensor half = batch.map[0].to(at::kFloat);
    EXPECT_TRUE(at::allclose(half, batch.map[1].to(at::kFloat), 0.01, half.max().item<double>() / 250));
    const auto resident = ResidentFeatures::load(caches, {.needs = kPooledAndMap, .type = type});
    // There int8 is float16, as it is on its way to any device.
    EXPECT_TRUE(at::allclose(resident->batches(batches).next()->map.to(at::kFloat), batch.map.to(at::kFloat),
                             type == at::kBFloat16 ? 1e-2 : 1e-3, 0));
  }
}

TEST(StoredType, ResidentFeaturesKeepAllOfFloat32) {
  const TemporaryFolder folder;
  std::vector<CacheReader> caches;
  caches.emplace_back(write_stored(folder / "c.h5", info_with(StoredType::float32), 0, 4));
  const auto resident = ResidentFeatures::load(caches, {.needs = kPooledAndMap});
  EXPECT_TRUE(resident->batches({{{0, 3}}}).next()->map.equal(stored_features(3).map));
  EXPECT_EQ(resident->bytes(), 4 * (kStoredChannels + kStoredPixels * kStoredChannels) * 4);
}

TEST(StoredType, IsSaidOnlyWhereItIsNotFloat16SoThatOtherFilesAreWhatTheyWere) {
  EXPECT_THAT(to_json(info_with(StoredType::float16)), Not(HasSubstr("store")));
  EXPECT_EQ(format_for(info_with(StoredType::float16)), 4);
  for (const StoredType type : {StoredType::bfloat16, StoredType::float32, StoredType::int8}) {
    EXPECT_EQ(format_for(info_with(type)), 6);
    EXPECT_EQ(from_json(to_json(info_with(type)), "c.h5").store, type);
  }
  std::string json = to_json(info_with(StoredType::int8));
  json.replace(json.find("int8"), 4, "int4");
  EXPECT_THAT(sentence_of([&] { (void)from_json(json, "c.h5"); }), HasSubstr("damaged"));
}

TEST(StoredType, PooledFeaturesAloneHaveTheirsToo) {
  const TemporaryFolder folder;
  CacheInfo info = info_with(StoredType::int8);
  info.has.map = false;
  const CacheReader cache(write_stored(folder / "c.h5", info, 0, 4));
  const std::vector<std::int64_t> rows = {2};
  const Features found = cache.read(rows, {.pooled = true});
  EXPECT_EQ(found.pooled.scalar_type(), at::kHalf);
  const at::Tensor given = stored_features(2).pooled;
  EXPECT_TRUE(at::allclose(found.pooled.to(at::kFloat), given, 1e-3, given.abs().max().item<double>() / 250));
}

}  // namespace
}  // namespace tagloom::featurecache
