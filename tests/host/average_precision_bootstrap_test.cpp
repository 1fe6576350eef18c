#include "statistics/average_precision_bootstrap.hpp"

#include "evaluation/metrics.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/random.hpp>

#include <gtest/gtest.h>

namespace tagloom::statistics {
namespace {

constexpr std::int64_t kLabels = 4;

struct World {
  LabelSets truth;
  /// Noise, with the truth in it to some degree.
  LabelScores scores(double skill, Random& random) const {
    LabelScores all;
    for (const auto& labels : truth) {
      all.emplace_back();
      for (std::int64_t label = 0; label < kLabels; ++label) {
        const bool has = std::ranges::find(labels, label) != labels.end();
        // It has few values, so that there are ties.
        const auto noise = static_cast<double>(random.index(20)) / 20;
        all.back().push_back(static_cast<float>(has ? noise + skill : noise));
      }
    }
    return all;
  }
};

World world(std::size_t images, Random& random) {
  World made;
  for (std::size_t i = 0; i < images; ++i)
    made.truth.push_back({static_cast<std::int64_t>(random.index(kLabels))});
  return made;
}

TEST(AveragePrecisionBootstrap, FiguresOnAllImagesAreThoseOfEvaluate) {
  Random random(1);
  const World all = world(50, random);
  const LabelScores first = all.scores(0.1, random);
  const LabelScores second = all.scores(0.4, random);
  const Difference value = average_precision_bootstrap({all.truth, first, second, kLabels}, {.draws = 20});
  EXPECT_NEAR(value.first, evaluation::mean_average_precision(all.truth, first, kLabels), 1e-12);
  EXPECT_NEAR(value.second, evaluation::mean_average_precision(all.truth, second, kLabels), 1e-12);
  EXPECT_LT(value.low, value.difference);
  EXPECT_GT(value.high, value.difference);
}

TEST(AveragePrecisionBootstrap, ABetterRankingIsSoWithCertaintyAndTheSameIsNot) {
  Random random(2);
  const World all = world(200, random);
  const LabelScores poor = all.scores(0.0, random);
  const LabelScores good = all.scores(0.6, random);
  EXPECT_GT(average_precision_bootstrap({all.truth, poor, good, kLabels}, {.draws = 200}).low, 0);
  const Difference none = average_precision_bootstrap({all.truth, good, good, kLabels}, {.draws = 200});
  EXPECT_EQ(none.difference, 0);
  EXPECT_EQ(none.p, 1);
}

TEST(AveragePrecisionBootstrap, WithoutAFirstItIsTheSecondsOwnInterval) {
  Random random(3);
  const World all = world(100, random);
  const LabelScores scores = all.scores(0.3, random);
  const Difference value = average_precision_bootstrap({all.truth, {}, scores, kLabels}, {.draws = 200});
  EXPECT_EQ(value.first, 0);
  EXPECT_LT(value.low, value.second);
  EXPECT_GT(value.high, value.second);
}

TEST(AveragePrecisionBootstrap, RefusesScoresOfOtherImages) {
  const LabelSets truth = {{0}, {1}};
  const LabelScores one = {{0, 0, 0, 0}};
  EXPECT_THROW((void)average_precision_bootstrap({truth, {}, one, kLabels}), DataError);
}

}  // namespace
}  // namespace tagloom::statistics
