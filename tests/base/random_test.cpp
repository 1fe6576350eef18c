#include <tagloom/base/random.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace tagloom {
namespace {

TEST(Random, DrawsTheSameWithEveryStandardLibrary) {
  // The standard's own check of its engine: draw number 10,000 of the default seed.
  Random random(5489);
  for (int i = 1; i < 10'000; ++i)
    (void)random.bits();
  EXPECT_EQ(random.bits(), 9981545732273789042U);
  EXPECT_EQ(Random(7, {3, 4, 5}).bits(), 3480450378507048703U);
}

TEST(Random, FavoursNoIndex) {
  // 64 random bits modulo 3 * 2^62 would give half of the draws to the lowest third of the indices.
  constexpr std::uint64_t kThird = std::uint64_t{1} << 62;
  constexpr int kDraws = 10'000;
  Random random(1);
  int lowest = 0;
  for (int i = 0; i < kDraws; ++i)
    lowest += random.index(3 * kThird) < kThird ? 1 : 0;
  EXPECT_NEAR(lowest, kDraws / 3.0, 250);
}

TEST(Random, GivesRunsOfOlderVersionsTheirDraws) {
  // Which took the remainder; no draw of these is among the few that would favour an index.
  Random random(11);
  std::mt19937_64 generator(11);
  for (std::uint64_t bound = 1; bound < 100'000; ++bound)
    ASSERT_EQ(random.index(bound), generator() % bound);
}

TEST(Random, ShufflesFromTheLastItemToTheFirst) {
  std::vector<int> items = {0, 1, 2, 3};
  Random(1).shuffle(items);
  EXPECT_THAT(items, ::testing::ElementsAre(1, 2, 3, 0));
}

TEST(Random, FillsTheUnitIntervalWithoutItsEnd) {
  Random random(5);
  EXPECT_EQ(2 * random.uniform_float() - 1, 0.346129775F);
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double value = random.uniform();
    ASSERT_TRUE(value >= 0 && value < 1) << value;
    sum += value;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
}

TEST(Random, DrawsNormalNumbersOfMeanZeroAndVarianceOne) {
  Random random(3);
  std::vector<double> values(10'000);
  for (double& value : values)
    value = random.normal();
  EXPECT_NEAR(std::accumulate(values.begin(), values.end(), 0.0) / 10'000, 0, 0.05);
  EXPECT_NEAR(std::inner_product(values.begin(), values.end(), values.begin(), 0.0) / 10'000, 1, 0.06);
}

}  // namespace
}  // namespace tagloom
