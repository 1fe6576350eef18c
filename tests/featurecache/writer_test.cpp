#include "tiny_cache.hpp"

#include <cmath>
#include <limits>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

TEST(CacheWriter, WhatIsWrittenIsReadBack) {
  const TemporaryFolder folder;
  write_tiny_cache(folder / "c.h5", 10);
  expect_tiny_cache(folder / "c.h5", 10);
  EXPECT_FALSE(fs::exists(parts_of(folder / "c.h5")));
  EXPECT_FALSE(fs::exists(folder / "c.h5.partial"));
}

TEST(CacheWriter, HasTheImagesInTheOrderOfTheirNamesAndWhatMadeThem) {
  const TemporaryFolder folder;
  {
    CacheWriter writer(folder / "c.h5", tiny_info(), {.shard_images = 2});
    for (const std::int64_t image : {5, 3, 9})
      append_images(writer, image, image + 1);
    EXPECT_EQ(writer.images(), 3);
    EXPECT_EQ(writer.stored("3.jpeg").value().hash, "hash of 3");
    EXPECT_FALSE(writer.stored("4.jpeg"));
    EXPECT_EQ(writer.finish().images, 3);
  }
  const CacheReader cache(folder / "c.h5");
  EXPECT_THAT(cache.names(), ::testing::ElementsAre("3.jpeg", "5.jpeg", "9.jpeg"));
  EXPECT_EQ(difference(cache.info(), tiny_info()), "");
  EXPECT_EQ(cache.info().weights.source, "w.safetensors");
}

TEST(CacheWriter, TheFingerprintOfTheDataDoesNotDependOnItsOrder) {
  const TemporaryFolder folder;
  const auto fingerprint = [&](const std::string& name, std::vector<std::int64_t> images) {
    CacheWriter writer(folder / name, tiny_info());
    for (const std::int64_t image : images)
      append_images(writer, image, image + 1);
    return writer.finish().data_fingerprint;
  };
  EXPECT_EQ(fingerprint("a.h5", {0, 1, 2}), fingerprint("b.h5", {2, 0, 1}));
  EXPECT_NE(fingerprint("c.h5", {0, 1, 2}), fingerprint("d.h5", {0, 1, 3}));
}

TEST(CacheWriter, ConvertsToHalfPrecisionAndCopies) {
  const TemporaryFolder folder;
  CacheInfo info = tiny_info();
  info.has.map = false;
  CacheWriter writer(folder / "c.h5", info);
  const at::Tensor pooled = at::full({1, 3}, 0.1, at::kDouble);
  const ImageKey key = tiny_key(0);
  writer.append({&key, 1}, {.pooled = pooled, .map = {}});
  pooled.fill_(7);
  (void)writer.finish();
  const std::int64_t row = 0;
  const CacheReader cache(folder / "c.h5");
  EXPECT_TRUE(cache.read({&row, 1}, {}).pooled.equal(at::full({1, 3}, 0.1, at::kHalf)));
}

TEST(CacheWriter, NamesTheImageWhoseFeaturesAreNoNumbers) {
  const TemporaryFolder folder;
  CacheWriter writer(folder / "c.h5", tiny_info());
  append_images(writer, 0, 1);
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(), 70000.0}) {
    const std::vector<ImageKey> keys = {tiny_key(1), tiny_key(2)};
    const at::Tensor map = at::zeros({2, 4, 3}, at::kFloat);
    map[1][3][2] = bad;
    const std::string sentence = sentence_of<NumericError>([&] {
      writer.append(keys, {.pooled = at::zeros({2, 3}), .map = map});
    });
    EXPECT_THAT(sentence, AllOf(HasSubstr("image 2.jpeg"), HasSubstr("65504")));
    EXPECT_EQ(writer.images(), 1);
  }
  (void)writer.finish();
  expect_tiny_cache(folder / "c.h5", 1);
}

TEST(CacheWriter, RefusesAnImageTwice) {
  const TemporaryFolder folder;
  CacheWriter writer(folder / "c.h5", tiny_info());
  append_images(writer, 0, 2);
  EXPECT_THAT(sentence_of([&] { append_images(writer, 1, 2); }), HasSubstr("1.jpeg"));
  const std::vector<ImageKey> twice = {tiny_key(7), tiny_key(7)};
  EXPECT_THAT(sentence_of([&] {
                writer.append(twice, {.pooled = at::zeros({2, 3}), .map = at::zeros({2, 4, 3})});
              }),
              HasSubstr("7.jpeg"));
  EXPECT_EQ(writer.images(), 2);
}

TEST(CacheWriter, RefusesNamesThatNoFileCanHave) {
  using namespace std::string_literals;
  const TemporaryFolder folder;
  CacheWriter writer(folder / "c.h5", tiny_info());
  for (const std::string& name : {"a.jpg\0b"s, ""s, std::string(100'000, 'x')}) {
    const ImageKey key{.name = name, .hash = "1"};
    EXPECT_THAT(sentence_of([&] {
                  writer.append({&key, 1}, tiny_features(0));
                }),
                HasSubstr("is no name that an image's file can have"));
  }
  EXPECT_EQ(writer.images(), 0);
}

TEST(CacheWriter, NamesThatAreNoUtf8AreStoredAsTextAndFoundByTheirBytes) {
  const TemporaryFolder folder;
  const std::string latin = "caf\xe9.jpg";
  const ImageKey key{.name = latin, .hash = "1"};
  {
    CacheWriter writer(folder / "c.h5", tiny_info());
    writer.append({&key, 1}, tiny_features(0));
    EXPECT_EQ(writer.stored(latin).value().hash, "1");
  }
  CacheWriter writer(folder / "c.h5", tiny_info());
  EXPECT_EQ(writer.stored(latin).value().hash, "1");
  (void)writer.finish();
  const CacheReader cache(folder / "c.h5");
  EXPECT_EQ(cache.row_of(latin), 0);
  EXPECT_THAT(cache.names(), ::testing::ElementsAre("caf\\xe9.jpg"));
}

TEST(CacheWriter, RefusesToOverwriteAFinishedCache) {
  const TemporaryFolder folder;
  write_tiny_cache(folder / "c.h5", 1);
  EXPECT_THAT(sentence_of([&] { CacheWriter(folder / "c.h5", tiny_info()); }), HasSubstr("exists already"));
  EXPECT_FALSE(fs::exists(parts_of(folder / "c.h5")));
}

TEST(CacheWriter, RefusesToFinishWithoutImages) {
  const TemporaryFolder folder;
  CacheWriter writer(folder / "c.h5", tiny_info());
  EXPECT_THAT(sentence_of([&] { (void)writer.finish(); }), HasSubstr("no image"));
}

TEST(CacheWriter, RefusesAFolderThatIsNotThere) {
  const TemporaryFolder folder;
  EXPECT_THAT(sentence_of([&] { CacheWriter(folder / "nowhere" / "c.h5", tiny_info()); }),
              AllOf(HasSubstr("nowhere"), HasSubstr("No such file or directory")));
}

}  // namespace
}  // namespace tagloom::featurecache
