#include "tiny_cache.hpp"

#include <tagloom/featurecache/resident.hpp>

#include <limits>

namespace tagloom::featurecache {
namespace {

class Resident : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<CacheReader> caches() const {
    std::vector<CacheReader> opened;
    opened.emplace_back(write_tiny_cache(folder_ / "a.h5", 70));
    opened.emplace_back(write_tiny_cache(folder_ / "b.h5", 5));
    return opened;
  }

  testing::TemporaryFolder folder_;
  const FeatureNeeds all_{.pooled = true, .map = true};
  const std::vector<CacheReader> caches_ = caches();
};

TEST_F(Resident, GivesTheBatchesThatAStreamGives) {
  const std::vector<std::vector<SourceRow>> batches = {{{0, 69}, {1, 4}, {0, 0}}, {{1, 0}}, {{0, 3}, {0, 3}}};
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    const auto resident = ResidentFeatures::load(caches_, {.needs = all_, .type = type});
    ASSERT_TRUE(resident);
    FeatureStream stream(caches_, batches, {.needs = all_, .type = type});
    auto gathered = resident->batches(batches);
    for (std::size_t i = 0; i < batches.size(); ++i) {
      const auto batch = gathered.next();
      const auto expected = stream.next();
      ASSERT_TRUE(batch);
      EXPECT_EQ(batch->map.scalar_type(), type);
      EXPECT_TRUE(batch->pooled.equal(expected->pooled));
      EXPECT_TRUE(batch->map.equal(expected->map));
    }
    EXPECT_FALSE(gathered.next());
  }
}

TEST_F(Resident, HoldsOnlyWhatIsNeededInHalfPrecision) {
  const auto pooled = ResidentFeatures::load(caches_, {.needs = {.pooled = true, .map = false}});
  ASSERT_TRUE(pooled);
  EXPECT_EQ(pooled->bytes(), 75 * 3 * 2);
  EXPECT_FALSE(pooled->batches({{{0, 1}}}).next()->map.defined());
  EXPECT_EQ(ResidentFeatures::load(caches_, {.needs = all_})->bytes(), 75 * (3 + 12) * 2);
}

TEST_F(Resident, StaysUsableForManyEpochs) {
  const auto resident = ResidentFeatures::load(caches_, {.needs = all_});
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    const auto row = [&](std::size_t cache) {
      return SourceRow{.source = cache, .row = caches_[cache].row_of(tiny_key(epoch).name)};
    };
    auto batches = resident->batches({{row(0)}, {row(1)}});
    EXPECT_TRUE(batches.next()->map.equal(tiny_features(epoch).map.to(at::kFloat)));
    EXPECT_TRUE(batches.next()->map.equal(tiny_features(epoch).map.to(at::kFloat)));
  }
}

TEST_F(Resident, RethrowsWhatReadingThrows) {
  std::filesystem::resize_file(caches_[0].path(), std::filesystem::file_size(caches_[0].path()) - 1);
  EXPECT_THROW((void)ResidentFeatures::load(caches_, {.needs = all_}), DataError);
}

}  // namespace
}  // namespace tagloom::featurecache
