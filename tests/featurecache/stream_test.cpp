#include "support/fault.hpp"
#include "support/stop_note.hpp"
#include "tiny_cache.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/featurecache/stream.hpp>

#include <optional>

namespace tagloom::featurecache {
namespace {

using Batches = std::vector<std::vector<std::int64_t>>;

class Stream : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;
  const CacheReader cache_{write_tiny_cache(folder_ / "c.h5", 10)};
  const FeatureNeeds all_{.pooled = true, .map = true};
};

TEST_F(Stream, GivesTheBatchesInOrderAndThenNothing) {
  const Batches batches = {{3, 1}, {0}, {9, 8, 7}, {3, 1}, {2}, {4}};
  for (const std::size_t ahead : {0U, 1U, 3U, 100U}) {
    FeatureStream stream(cache_, batches, {.needs = all_, .ahead = ahead});
    for (const auto& rows : batches) {
      const auto batch = stream.next();
      ASSERT_TRUE(batch);
      EXPECT_EQ(batch->map.scalar_type(), at::kFloat);
      EXPECT_TRUE(batch->pooled.equal(cache_.read(rows, all_).pooled.to(at::kFloat)));
      EXPECT_TRUE(batch->map.equal(cache_.read(rows, all_).map.to(at::kFloat)));
    }
    for (int i = 0; i < 3; ++i)
      EXPECT_FALSE(stream.next());
  }
}

TEST_F(Stream, ConvertsToTheTypeWantedAndReadsOnlyWhatIsNeeded) {
  FeatureStream stream(cache_, {{0}}, {.needs = {.pooled = true, .map = false}, .type = at::kBFloat16});
  const auto batch = stream.next();
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->pooled.scalar_type(), at::kBFloat16);
  EXPECT_FALSE(batch->map.defined());
}

TEST_F(Stream, OfNoBatchesEndsAtOnce) {
  FeatureStream stream(cache_, {}, {.needs = all_});
  EXPECT_FALSE(stream.next());
}

TEST_F(Stream, RethrowsWhatWentWrongAfterTheBatchesBefore) {
  std::filesystem::resize_file(cache_.path(), std::filesystem::file_size(cache_.path()) - 1);
  FeatureStream stream(cache_, {{0}, {9}, {1}}, {.needs = all_});
  EXPECT_TRUE(stream.next());
  EXPECT_THROW((void)stream.next(), DataError);
  EXPECT_THROW((void)stream.next(), DataError);
}

TEST_F(Stream, EndsWhenItIsDestroyedEarly) {
  const Batches many(1000, {0, 1, 2});
  for (int taken = 0; taken < 4; ++taken) {
    FeatureStream stream(cache_, many, {.needs = all_, .ahead = 2});
    for (int i = 0; i < taken; ++i)
      EXPECT_TRUE(stream.next());
  }
}

TEST_F(Stream, SeveralStreamsShareOneCache) {
  const Batches batches(50, {0, 5, 9});
  FeatureStream one(cache_, batches, {.needs = all_});
  FeatureStream other(cache_, batches, {.needs = all_});
  for (std::size_t i = 0; i < batches.size(); ++i)
    EXPECT_TRUE(one.next()->map.equal(other.next()->map));
}

TEST_F(Stream, HearsASignalWhileTheDiskDoesNotAnswer) {
  std::optional<testing::HungReads> hung("c.h5");
  FeatureStream stream(cache_, {{0}}, {.needs = all_});
  {
    const testing::StopNote stop;
    EXPECT_THROW((void)stream.next(), Interrupted);
  }
  hung.reset();
  EXPECT_TRUE(stream.next());
}

}  // namespace
}  // namespace tagloom::featurecache
