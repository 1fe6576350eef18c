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

TEST(WriteCache, GivesTheBytesOfAWriter) {
  const TemporaryFolder folder;
  write_tiny_cache(folder / "a.h5", 70);
  (void)write_cache(folder / "b.h5", tiny_info(), tiny_keys(70), tiny_batch);
  expect_tiny_cache(folder / "b.h5", 70);
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

}  // namespace
}  // namespace tagloom::featurecache
