/// New images in a cache that is finished: whole at any time, old rows as they were.

#include "support/stop_note.hpp"
#include "tiny_cache.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/featurecache/merge.hpp>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

WriterSettings appending() {
  WriterSettings settings = tiny_settings();
  settings.append = true;
  return settings;
}

class Append : public ::testing::Test {
 protected:
  Append() { (void)write_tiny_cache(cache_, 5); }

  /// Those of images 0 to `end` that are not there yet.
  static void append_missing(CacheWriter& writer, std::int64_t end) {
    for (std::int64_t image = 0; image < end; ++image)
      if (!writer.stored(tiny_key(image).name)) append_images(writer, image, image + 1);
  }

  testing::TemporaryFolder folder_;
  const fs::path cache_ = folder_ / "c.h5";
  const std::string before_ = testing::read_text(write_tiny_cache(folder_ / "before.h5", 5));
};

TEST_F(Append, MakesTheVeryFileThatOneBuildOfAllImagesMakes) {
  {
    CacheWriter writer(cache_, tiny_info(), appending());
    EXPECT_EQ(writer.finished_images(), 5);
    append_missing(writer, 11);
    (void)writer.finish();
  }
  EXPECT_EQ(testing::read_text(cache_), testing::read_text(write_tiny_cache(folder_ / "one.h5", 11)));
  EXPECT_FALSE(fs::exists(parts_of(cache_)));
}

TEST_F(Append, LeavesTheCacheWholeUntilTheEndAndGoesOnAfterwards) {
  {
    CacheWriter writer(cache_, tiny_info(), appending());
    append_missing(writer, 9);
  }
  EXPECT_EQ(testing::read_text(cache_), before_);
  CacheWriter writer(cache_, tiny_info(), appending());
  EXPECT_EQ(writer.images(), 9);
  EXPECT_FALSE(writer.stored(tiny_key(8).name)->finished);
  EXPECT_TRUE(writer.stored(tiny_key(4).name)->finished);
  append_missing(writer, 10);
  (void)writer.finish();
  expect_tiny_cache(cache_, 10);
}

TEST_F(Append, ThatWasToldToStopWhileItAssembledLosesNothing) {
  {
    CacheWriter writer(cache_, tiny_info(), appending());
    append_missing(writer, 9);
    const testing::StopNote note;
    EXPECT_THROW((void)writer.finish(), Interrupted);
  }
  EXPECT_EQ(testing::read_text(cache_), before_);
  CacheWriter writer(cache_, tiny_info(), appending());
  EXPECT_EQ(writer.images(), 9);
  (void)writer.finish();
  expect_tiny_cache(cache_, 9);
}

/// Between renaming the new file and removing its parts.
TEST_F(Append, ThatWasKilledJustAfterItsEndIsAtItsEnd) {
  {
    CacheWriter writer(cache_, tiny_info(), appending());
    append_missing(writer, 9);
  }
  fs::copy(parts_of(cache_), folder_ / "kept", fs::copy_options::recursive);
  {
    CacheWriter writer(cache_, tiny_info(), appending());
    (void)writer.finish();
  }
  fs::rename(folder_ / "kept", parts_of(cache_));
  const std::string whole = testing::read_text(cache_);
  CacheWriter writer(cache_, tiny_info(), appending());
  EXPECT_EQ(writer.images(), 9);
  EXPECT_EQ(writer.finish().images, 9);
  EXPECT_EQ(testing::read_text(cache_), whole);
  EXPECT_FALSE(fs::exists(parts_of(cache_)));
}

TEST_F(Append, OfNothingNewLeavesTheFileAlone) {
  const auto time = fs::last_write_time(cache_);
  CacheWriter writer(cache_, tiny_info(), appending());
  EXPECT_EQ(writer.finish().images, 5);
  EXPECT_EQ(fs::last_write_time(cache_), time);
  EXPECT_FALSE(fs::exists(parts_of(cache_)));
}

TEST_F(Append, WhereNoCacheIsBuildsOne) {
  {
    CacheWriter writer(folder_ / "new.h5", tiny_info(), appending());
    append_missing(writer, 5);
    (void)writer.finish();
  }
  EXPECT_EQ(testing::read_text(folder_ / "new.h5"), before_);
}

TEST_F(Append, RefusesACacheOfOtherWeightsAndSaysSo) {
  CacheInfo other = tiny_info();
  other.weights.fingerprint = "5678";
  EXPECT_THAT(sentence_of([&] { CacheWriter(cache_, other, appending()); }),
              AllOf(HasSubstr("finished cache"), HasSubstr("other weights")));
  EXPECT_FALSE(fs::exists(parts_of(cache_)));
}

TEST_F(Append, RefusesShardsAndVirtualCaches) {
  CacheInfo shard = tiny_info();
  shard.shard = ShardOf{.index = 1, .count = 2, .list = "list"};
  {
    CacheWriter writer(folder_ / "shard.h5", shard, tiny_settings());
    append_missing(writer, 2);
    (void)writer.finish();
  }
  EXPECT_THAT(sentence_of([&] { CacheWriter(folder_ / "shard.h5", tiny_info(), appending()); }),
              AllOf(HasSubstr("is shard 1/2"), HasSubstr("merge")));
  (void)merge(folder_ / "virtual.h5", {cache_, folder_ / "before.h5"}, {.is_virtual = true});
  EXPECT_THAT(sentence_of([&] { CacheWriter(folder_ / "virtual.h5", tiny_info(), appending()); }),
              HasSubstr("is a virtual cache"));
}

TEST_F(Append, ToAFinishedShardOfAnotherListIsRefused) {
  CacheInfo shard = tiny_info();
  shard.shard = ShardOf{.index = 1, .count = 2, .list = "list"};
  {
    CacheWriter writer(folder_ / "shard.h5", shard, tiny_settings());
    append_missing(writer, 2);
    (void)writer.finish();
  }
  shard.shard->list = "longer list";
  EXPECT_THAT(sentence_of([&] { CacheWriter(folder_ / "shard.h5", shard, appending()); }),
              HasSubstr("shard 1/2 of another list"));
}

TEST_F(Append, NamesAnOldImageWhoseFeaturesAreDamagedAndKeepsTheNewOnes) {
  flip_byte(cache_, fs::file_size(cache_) - 3);
  CacheWriter writer(cache_, tiny_info(), appending());
  append_missing(writer, 9);
  EXPECT_THAT(sentence_of([&] { (void)writer.finish(); }), HasSubstr("c.h5 are damaged"));
  EXPECT_TRUE(fs::exists(shard_of(cache_, 0)));
}

TEST_F(Append, CountsImagesOnceThatCouldNotBeReadThenAndNow) {
  LeftOut left_out{.images = 15};
  for (std::int64_t image = 20; image < 35; ++image)
    left_out.names.push_back(tiny_key(image).name);
  const fs::path cache = folder_ / "without.h5";
  {
    CacheWriter writer(cache, tiny_info(), tiny_settings());
    append_images(writer, 0, 3);
    (void)writer.finish(left_out);
  }
  {
    CacheWriter writer(cache, tiny_info(), appending());
    append_missing(writer, 5);
    (void)writer.finish(left_out);
  }
  EXPECT_EQ(CacheReader(cache).info().left_out.images, 15);
  CacheWriter writer(cache, tiny_info(), appending());
  append_images(writer, 20, 23);
  EXPECT_EQ(writer.finish().left_out.images, 12);
}

TEST_F(Append, CountsOtherImagesBesideManyThatCouldNotBeReadBefore) {
  const auto without = [](std::int64_t begin, std::int64_t end) {
    LeftOut left_out{.images = end - begin, .names = {}};
    for (std::int64_t image = begin; image < end; ++image)
      left_out.names.push_back(tiny_key(image).name);
    return left_out;
  };
  const fs::path cache = folder_ / "without.h5";
  {
    CacheWriter writer(cache, tiny_info(), tiny_settings());
    append_images(writer, 0, 3);
    (void)writer.finish(without(20, 35));
  }
  CacheWriter writer(cache, tiny_info(), appending());
  append_missing(writer, 5);
  // Ten of the first are the same ones again, and seven are others.
  EXPECT_EQ(writer.finish(without(25, 42)).left_out.images, 22);
  const LeftOut recorded = CacheReader(cache).info().left_out;
  EXPECT_EQ(recorded.images, 22);
  EXPECT_EQ(recorded.names.size(), 10U);
  EXPECT_EQ(recorded.hashes.size(), 22U);
}

TEST_F(Append, ReplacesACacheOnlyWhereItIsAskedTo) {
  EXPECT_THAT(sentence_of([&] { CacheWriter(cache_, tiny_info(), tiny_settings()); }),
              HasSubstr("exists already"));
}

}  // namespace
}  // namespace tagloom::featurecache
