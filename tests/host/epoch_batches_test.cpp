#include "training/epoch_batches.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace tagloom::training {
namespace {

TEST(ShuffledBatches, HoldEveryImageOnceAndCutThePermutation) {
  const auto batches = shuffled_batches(10, 4, 1, 1);
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[2].size(), 2U);
  std::vector<std::int64_t> all;
  for (const auto& batch : batches)
    all.insert(all.end(), batch.begin(), batch.end());
  std::ranges::sort(all);
  EXPECT_THAT(all, ::testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
}

TEST(SortByLength, PutsImagesWithMoreLabelsFirstAndKeepsTheOrderOfEquals) {
  const std::vector<datasets::Sample> samples = {{.image_name = "a", .labels = {1}},
                                                 {.image_name = "b", .labels = {1, 2}},
                                                 {.image_name = "c", .labels = {3}}};
  std::vector<std::int64_t> images = {2, 0, 1};
  sort_by_length(images, samples);
  EXPECT_THAT(images, ::testing::ElementsAre(1, 2, 0));
}

TEST(ShuffledBatches, DependOnSeedAndEpochAndOnNothingElse) {
  EXPECT_EQ(shuffled_batches(50, 8, 7, 3), shuffled_batches(50, 8, 7, 3));
  EXPECT_NE(shuffled_batches(50, 8, 7, 3), shuffled_batches(50, 8, 7, 4));
  EXPECT_NE(shuffled_batches(50, 8, 7, 3), shuffled_batches(50, 8, 8, 3));
}

TEST(EpochBatches, OfARunThatAnOlderVersionBeganStayWhatTheyWere) {
  const auto batches = shuffled_batches(10, 10, 1, 1);
  EXPECT_THAT(batches, ::testing::ElementsAre(::testing::ElementsAre(0, 3, 4, 7, 6, 5, 9, 8, 2, 1)));
  EXPECT_THAT(drawn_views(8, 3, 7, 3), ::testing::ElementsAre(1, 0, 2, 0, 1, 1, 1, 2));
  EXPECT_EQ(step_seed(7, 3, 5), 3480450378507048703U);
}

/// Returns what it was made with, whatever it is asked to order.
class Fixed : public Ordering {
 public:
  explicit Fixed(std::vector<std::int64_t> labels) : labels_(std::move(labels)) {}
  [[nodiscard]] std::vector<std::int64_t> order(std::span<const std::int64_t> /*labels*/,
                                                const LabelStatistics& /*statistics*/,
                                                Random& /*random*/) const override {
    return labels_;
  }

 private:
  std::vector<std::int64_t> labels_;
};

TEST(OrderedSequences, AreTheOrderings) {
  const std::vector<datasets::Sample> samples = {{.image_name = "a.jpg", .labels = {1, 4}}};
  EXPECT_THAT(ordered_sequences(samples, Fixed({4, 1}), {}, 1, 1),
              ::testing::ElementsAre(::testing::ElementsAre(4, 1)));
}

}  // namespace
}  // namespace tagloom::training
