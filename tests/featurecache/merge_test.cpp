/// Shards and other caches put together: whatever the order, the file that one build makes.

#include "support/stop_note.hpp"
#include "tiny_cache.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/featurecache/merge.hpp>

#include <algorithm>
#include <optional>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

constexpr std::int64_t kMergedImages = 12;
constexpr std::int64_t kShards = 3;

void append_some(CacheWriter& writer, std::int64_t first, std::int64_t step) {
  for (std::int64_t image = first; image < kMergedImages; image += step)
    append_images(writer, image, image + 1);
}

CacheInfo shard_info(std::int64_t index, const std::string& list = "list", std::int64_t count = kShards) {
  CacheInfo info = tiny_info();
  info.shard = ShardOf{.index = index, .count = count, .list = list};
  return info;
}

fs::path write_shard(const fs::path& folder, std::int64_t index, CacheInfo info) {
  const fs::path path = shard_path(folder / "c.h5", *info.shard);
  CacheWriter writer(path, std::move(info), tiny_settings());
  append_some(writer, index - 1, kShards);
  (void)writer.finish();
  return path;
}

fs::path write_some(const fs::path& path, std::int64_t begin, std::int64_t end,
                    const CacheInfo& info = tiny_info()) {
  CacheWriter writer(path, info, tiny_settings());
  append_images(writer, begin, end);
  (void)writer.finish();
  return path;
}

class Merge : public ::testing::Test {
 protected:
  std::vector<fs::path> write_shards() {
    std::vector<fs::path> shards;
    for (std::int64_t index = 1; index <= kShards; ++index)
      shards.push_back(write_shard(folder_.path(), index, shard_info(index)));
    return shards;
  }
  std::string refusal(const std::vector<fs::path>& caches, const MergeSettings& settings = {}) {
    return sentence_of([&] { (void)merge(folder_ / "out.h5", caches, settings); });
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Merge, OfAllShardsInAnyOrderIsOneBuildBitForBit) {
  const std::string one = testing::read_text(write_tiny_cache(folder_ / "one.h5", kMergedImages));
  std::vector<fs::path> shards = write_shards();
  do {
    const fs::path out = folder_ / "out.h5";
    (void)merge(out, shards);
    EXPECT_EQ(testing::read_text(out), one);
    fs::remove(out);
  } while (std::ranges::next_permutation(shards).found);
}

TEST_F(Merge, NamesTheShardsThatAreMissing) {
  const std::vector<fs::path> shards = write_shards();
  EXPECT_THAT(refusal({shards[0], shards[2]}), HasSubstr("2/3 is missing"));
  EXPECT_THAT(refusal({shards[1]}), HasSubstr("1/3, 3/3 are missing"));
  EXPECT_FALSE(fs::exists(folder_ / "out.h5"));
}

TEST_F(Merge, TellsAShardThatIsNotFinishedFromOneThatIsNotThere) {
  const std::vector<fs::path> shards = write_shards();
  const fs::path begun = folder_ / "begun.h5";
  {
    CacheWriter writer(begun, shard_info(2), tiny_settings());
    append_some(writer, 1, kShards);
  }
  EXPECT_THAT(refusal({shards[0], begun, shards[2]}),
              AllOf(HasSubstr("begun.h5 is not finished"), HasSubstr("again")));
}

TEST_F(Merge, RefusesAShardThatIsGivenTwiceOrOfAnotherListOrCountOrBesideACacheThatIsNone) {
  const std::vector<fs::path> shards = write_shards();
  const fs::path twin = folder_ / "twin.h5";
  fs::copy_file(shards[1], twin);
  EXPECT_THAT(refusal({shards[0], shards[1], twin}), HasSubstr("are both shard 2/3"));
  fs::create_directory(folder_ / "other");
  const fs::path other = write_shard(folder_ / "other", 2, shard_info(2, "another list"));
  EXPECT_THAT(refusal({shards[0], other}), HasSubstr("of another list"));
  const fs::path of_four = write_shard(folder_ / "other", 3, shard_info(3, "list", 4));
  EXPECT_THAT(refusal({shards[0], of_four}), HasSubstr("shard 3/4 of the same list"));
  const fs::path plain = write_tiny_cache(folder_ / "plain.h5", 2);
  EXPECT_THAT(refusal({plain, shards[0]}),
              AllOf(HasSubstr("1-of-3.h5 is a shard"), HasSubstr("plain.h5 is none")));
}

TEST_F(Merge, RefusesOtherEncodersWeightsAndPreprocessing) {
  CacheInfo other = tiny_info();
  other.weights.fingerprint = "5678";
  other.preprocessing.size = 224;
  const fs::path one = write_some(folder_ / "one.h5", 0, 6);
  const fs::path two = write_some(folder_ / "two.h5", 6, 12, other);
  EXPECT_THAT(refusal({one, two}), AllOf(HasSubstr("must not be mixed"), HasSubstr("other weights"),
                                         HasSubstr("squish 448"), HasSubstr("squish 224")));
}

TEST_F(Merge, OfOtherCachesIsTheUnionOfTheirImages) {
  const std::string one = testing::read_text(write_tiny_cache(folder_ / "one.h5", kMergedImages));
  const fs::path first = write_some(folder_ / "first.h5", 0, 8);
  const fs::path second = write_some(folder_ / "second.h5", 5, kMergedImages);
  for (const auto& caches : {std::vector{first, second}, {second, first}, {second, first, second}}) {
    (void)merge(folder_ / "out.h5", caches);
    EXPECT_EQ(testing::read_text(folder_ / "out.h5"), one);
    fs::remove(folder_ / "out.h5");
  }
}

TEST_F(Merge, RefusesTwoImagesOfOneNameAndNamesIt) {
  const fs::path first = write_some(folder_ / "first.h5", 0, 8);
  const fs::path second = folder_ / "second.h5";
  {
    CacheWriter writer(second, tiny_info(), tiny_settings());
    const ImageKey other{.name = "3.jpeg", .hash = "hash of another"};
    writer.append({&other, 1}, tiny_features(3));
    (void)writer.finish();
  }
  EXPECT_THAT(refusal({first, second}), AllOf(HasSubstr("3.jpeg"), HasSubstr("first.h5"),
                                              HasSubstr("second.h5"), HasSubstr("two different images")));
}

TEST_F(Merge, CountsImagesAsLeftOutOnlyWhereNoneOfTheCachesHasThem) {
  const auto without = [&](const char* name, std::int64_t begin, std::int64_t end, LeftOut left_out) {
    CacheWriter writer(folder_ / name, tiny_info(), tiny_settings());
    append_images(writer, begin, end);
    (void)writer.finish(std::move(left_out));
    return folder_ / name;
  };
  const auto first = without("first.h5", 0, 4, {.images = 2, .names = {"7.jpeg", "lost.jpeg"}});
  const auto second = without("second.h5", 4, 8, {.images = 1, .names = {"gone.jpeg"}});
  const CacheInfo info = merge(folder_ / "out.h5", {second, first});
  EXPECT_EQ(info.left_out.images, 2);
  EXPECT_EQ(info.left_out.names, (std::vector<std::string>{"gone.jpeg", "lost.jpeg"}));
}

TEST_F(Merge, NeverOverwritesACache) {
  const fs::path one = write_tiny_cache(folder_ / "one.h5", 3);
  const std::string before = testing::read_text(one);
  EXPECT_THAT(sentence_of([&] { (void)merge(one, {one}); }), HasSubstr("exists already"));
  EXPECT_EQ(testing::read_text(one), before);
}

TEST_F(Merge, NamesTheImageAndTheFileThatAreDamaged) {
  const std::vector<fs::path> shards = write_shards();
  flip_byte(shards[1], fs::file_size(shards[1]) - 3);
  EXPECT_THAT(refusal(shards), AllOf(HasSubstr("2-of-3.h5 are damaged"), HasSubstr(".jpeg")));
  EXPECT_FALSE(fs::exists(folder_ / "out.h5"));
  EXPECT_FALSE(fs::exists(folder_ / "out.h5.partial"));
}

TEST_F(Merge, IsNotEndedByASignalWhereItStands) {
  const std::vector<fs::path> shards = write_shards();
  bool in_good_order = true;
  (void)merge(folder_ / "out.h5", shards, {.step = [&] { in_good_order &= ends_in_good_order(); }});
  EXPECT_TRUE(in_good_order);
}

TEST_F(Merge, ThatIsToldToStopLeavesNothingBehind) {
  const std::vector<fs::path> shards = write_shards();
  std::optional<testing::StopNote> note;
  std::int64_t rows = 0;
  EXPECT_THROW((void)merge(folder_ / "out.h5", shards,
                           {.step =
                                [&] {
                                  if (++rows == 5) note.emplace();
                                }}),
               Interrupted);
  EXPECT_FALSE(fs::exists(folder_ / "out.h5"));
  EXPECT_FALSE(fs::exists(folder_ / "out.h5.partial"));
}

TEST_F(Merge, SaysWhatShardAFileIsAndNothingOfTheKindInTheWhole) {
  const std::vector<fs::path> shards = write_shards();
  EXPECT_EQ(shards[1].filename(), "c.2-of-3.h5");
  EXPECT_EQ(CacheReader(shards[1]).info().shard, shard_info(2).shard);
  (void)merge(folder_ / "out.h5", shards);
  EXPECT_EQ(CacheReader(folder_ / "out.h5").info().shard, std::nullopt);
}

}  // namespace
}  // namespace tagloom::featurecache
