// A cache written at once.

#include "tiny_cache.hpp"

#include <tagloom/featurecache/write_cache.hpp>

#include <limits>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

std::vector<ImageKey> tiny_keys(std::int64_t images) {
  std::vector<ImageKey> keys;
  for (std::int64_t image = 0; image < images; ++image)
    keys.push_back(tiny_key(image));
  return keys;
}

Features tiny_batch(std::int64_t first, std::int64_t count) {
  std::vector<at::Tensor> pooled;
  std::vector<at::Tensor> maps;
  for (std::int64_t image = first; image < first + count; ++image) {
    pooled.push_back(tiny_features(image).pooled);
    maps.push_back(tiny_features(image).map);
  }
  return {.pooled = at::cat(pooled), .map = at::cat(maps)};
}

TEST(WriteCache, OfImagesInTheOrderOfTheirNamesGivesTheBytesOfAWriter) {
  const TemporaryFolder folder;
  write_tiny_cache(folder / "a.h5", 10);
  (void)write_cache(folder / "b.h5", tiny_info(), tiny_keys(10), tiny_batch);
  expect_tiny_cache(folder / "b.h5", 10);
  EXPECT_TRUE(testing::read_text(folder / "a.h5") == testing::read_text(folder / "b.h5")) << "other bytes";
}

TEST(WriteCache, TakesTheHashOfTheFeaturesWhereTheImagesIsNotKnown) {
  const TemporaryFolder folder;
  std::vector<ImageKey> keys = tiny_keys(3);
  for (ImageKey& key : keys)
    key.hash.clear();
  (void)write_cache(folder / "c.h5", tiny_info(), keys, tiny_batch);
  const CacheReader cache(folder / "c.h5");
  EXPECT_EQ(cache.hashes()[0].size(), 32);
  EXPECT_NE(cache.hashes()[0], cache.hashes()[1]);
}

TEST(WriteCache, NamesTheRowThatIsNoNumberAndWritesNothing) {
  const TemporaryFolder folder;
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 70000.0F}) {
    const auto source = [&](std::int64_t first, std::int64_t count) {
      Features features = tiny_batch(first, count).to(at::kCPU, at::kFloat);
      features.pooled[2][1] = bad;
      return features;
    };
    EXPECT_THAT(sentence_of([&] { (void)write_cache(folder / "c.h5", tiny_info(), tiny_keys(4), source); }),
                AllOf(HasSubstr("row 2 of the features, of image 2.jpeg"), HasSubstr("65504")));
    EXPECT_FALSE(std::filesystem::exists(folder / "c.h5"));
  }
}

TEST(WriteCache, RefusesNamesThatAreThereTwiceAndFilesThatAreThere) {
  const TemporaryFolder folder;
  std::vector<ImageKey> keys = tiny_keys(3);
  keys[2] = keys[0];
  EXPECT_THAT(sentence_of([&] { (void)write_cache(folder / "c.h5", tiny_info(), keys, tiny_batch); }),
              HasSubstr("image 0.jpeg has two rows, 0 and 2"));
  testing::write_text(folder / "c.h5", "mine");
  EXPECT_THAT(sentence_of([&] { (void)write_cache(folder / "c.h5", tiny_info(), tiny_keys(3), tiny_batch); }),
              HasSubstr("exists already"));
}

/// HDF5 puts what it knows of so many rows into the file before it is closed.
TEST(WriteCache, HoldsAHundredThousandMaps) {
  constexpr std::int64_t kImages = 100000;
  CacheInfo info = tiny_info();
  info.feature_shape.channels = 6;
  std::vector<ImageKey> images;
  for (std::int64_t image = 0; image < kImages; ++image)
    images.push_back(tiny_key(image));
  const auto features = [](std::int64_t first, std::int64_t count) {
    const at::Tensor number =
        at::arange(first, first + count, at::kFloat).remainder(2048).view({count, 1, 1});
    const at::Tensor map = at::zeros({count, 4, 6});
    map.narrow(2, 0, 1).copy_(number.expand({count, 4, 1}));
    return Features{.pooled = map.mean(1).to(at::kHalf), .map = map.to(at::kHalf)};
  };
  const testing::TemporaryFolder folder;
  (void)write_cache(folder / "many.h5", info, images, features);
  const CacheReader cache(folder / "many.h5");
  for (const std::int64_t image : {std::int64_t{0}, kImages / 2, kImages - 1}) {
    const std::int64_t row = cache.row_of(tiny_key(image).name);
    const Features found = cache.read({&row, 1}, {.pooled = true, .map = true});
    EXPECT_TRUE(found.map.equal(features(image, 1).map)) << image;
  }
}

}  // namespace
}  // namespace tagloom::featurecache
