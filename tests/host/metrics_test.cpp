#include "evaluation/metrics.hpp"

#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::evaluation {
namespace {

using ::testing::ElementsAre;
using Sets = std::vector<std::vector<std::int64_t>>;

TEST(Metrics, AgreeWithTheReference) {
  const auto reference = tagloom::testing::read_json(tagloom::testing::test_data("metrics.json"));
  const auto metrics =
      compute_metrics(reference.at("targets").get<Sets>(), reference.at("predictions").get<Sets>(),
                      reference.at("labels").get<std::int64_t>());
  const auto expected = [&](const char* name) { return reference.at("expected").at(name).get<double>(); };
  constexpr double kTolerance = 1e-12;
  EXPECT_NEAR(metrics.per_class.precision, expected("per_class/precision"), kTolerance);
  EXPECT_NEAR(metrics.per_class.recall, expected("per_class/recall"), kTolerance);
  EXPECT_NEAR(metrics.per_class.f1, expected("per_class/f1"), kTolerance);
  EXPECT_NEAR(metrics.micro.precision, expected("per_image/precision"), kTolerance);
  EXPECT_NEAR(metrics.micro.recall, expected("per_image/recall"), kTolerance);
  EXPECT_NEAR(metrics.micro.f1, expected("per_image/f1"), kTolerance);
  EXPECT_EQ(static_cast<double>(metrics.n_plus), expected("N+"));
  EXPECT_EQ(metrics.images, 60);
  EXPECT_EQ(metrics.labels.size(), 20U);
}

TEST(Metrics, TheThreeAveragesDiffer) {
  // Label 0 is right in both images; image 0 also misses 1, image 1 also has a wrong 2.
  const auto metrics = compute_metrics(Sets{{0, 1}, {0}}, Sets{{0}, {2, 0}}, 3);
  constexpr double kTolerance = 1e-6;
  EXPECT_NEAR(metrics.per_class.precision, 1.0 / 3.0, kTolerance);
  EXPECT_NEAR(metrics.per_class.recall, 1.0 / 3.0, kTolerance);
  EXPECT_NEAR(metrics.per_class.mean_of_f1, 1.0 / 3.0, kTolerance);
  EXPECT_NEAR(metrics.micro.precision, 2.0 / 3.0, kTolerance);
  EXPECT_NEAR(metrics.micro.recall, 2.0 / 3.0, kTolerance);
  EXPECT_NEAR(metrics.example_based.precision, 0.75, kTolerance);
  EXPECT_NEAR(metrics.example_based.recall, 0.75, kTolerance);
  EXPECT_NEAR(metrics.example_based.f1, 2.0 / 3.0, kTolerance);
  EXPECT_EQ(metrics.n_plus, 1);
  EXPECT_EQ(metrics.labels[0].true_positives, 2);
  EXPECT_EQ(metrics.labels[2].predicted, 1);
  EXPECT_EQ(metrics.labels[1].actual, 1);
}

TEST(Metrics, EmptySetsCountAsTheHeaderSays) {
  const auto metrics = compute_metrics(Sets{{}, {}, {1}}, Sets{{}, {0}, {}}, 2);
  EXPECT_NEAR(metrics.example_based.f1, 1.0 / 3.0, 1e-12);
  EXPECT_NEAR(metrics.example_based.precision, 1.0 / 3.0, 1e-12);
  EXPECT_NEAR(metrics.example_based.recall, 1.0 / 3.0, 1e-12);
  EXPECT_EQ(metrics.micro.f1, 0.0);
}

TEST(Metrics, NoImagesIsAllZero) {
  const auto metrics = compute_metrics({}, {}, 3);
  EXPECT_EQ(metrics.per_class.f1, 0.0);
  EXPECT_EQ(metrics.example_based.f1, 0.0);
}

TEST(Metrics, RefuseSetsThatDoNotFit) {
  EXPECT_THROW((void)compute_metrics(Sets{{0}}, Sets{}, 2), DataError);
  EXPECT_THROW((void)compute_metrics(Sets{{0}}, Sets{{2}}, 2), DataError);
  EXPECT_THROW((void)compute_metrics(Sets{{0}}, Sets{{1, 1}}, 2), DataError);
}

using Scores = std::vector<std::vector<float>>;

TEST(MeanAveragePrecision, IsTheAreaUnderThePrecisionOfEachLabel) {
  // Label 0: ranks are right, wrong, right: (1 + 2/3) / 2. Label 1: its one image comes second: 1/2.
  const double map =
      mean_average_precision(Sets{{0}, {1}, {0}}, Scores{{0.9F, 0.9F}, {0.5F, 0.4F}, {0.1F, 0.3F}}, 2);
  EXPECT_NEAR(map, ((1 + 2.0 / 3) / 2 + 0.5) / 2, 1e-12);
}

TEST(MeanAveragePrecision, EqualScoresShareARankAndAbsentLabelsDoNotCount) {
  EXPECT_NEAR(mean_average_precision(Sets{{0}, {}}, Scores{{0.5F, 1}, {0.5F, 1}}, 2), 0.5, 1e-12);
  EXPECT_EQ(mean_average_precision(Sets{{}}, Scores{{0.5F}}, 1), 0);
  EXPECT_THROW((void)mean_average_precision(Sets{{0}}, Scores{}, 1), DataError);
}

TEST(FrequencyBands, PartTheLabelsByTheirTrainingImages) {
  const auto metrics = compute_metrics(Sets{{0}, {1, 2}}, Sets{{0}, {2}}, 3);
  const auto bands = frequency_bands(metrics.labels, {100, 3, 20});
  ASSERT_EQ(bands.size(), 3U);
  EXPECT_EQ(bands[0].name, "rare");
  EXPECT_EQ(bands[0].most, 3);
  EXPECT_EQ(bands[0].n_plus, 0);
  EXPECT_EQ(bands[1].n_plus, 1);
  EXPECT_NEAR(bands[2].per_class.f1, 1, 1e-6);
  EXPECT_EQ(frequency_bands({}, {}).size(), 0U);
}

TEST(FrequentLabelsBaseline, TiesGoToTheLowerIndex) {
  const LabelStatistics statistics{Vocabulary({"a", "b", "c", "d"}), {2, 5, 2, 9}};
  EXPECT_THAT(frequent_labels_baseline(statistics, 3), ElementsAre(3, 1, 0));
  EXPECT_THAT(frequent_labels_baseline(statistics, 9), ElementsAre(3, 1, 0, 2));
  EXPECT_EQ(rounded_mean_labels(statistics, 5), 4);
  EXPECT_EQ(rounded_mean_labels(statistics, 1000), 1);
}

}  // namespace
}  // namespace tagloom::evaluation
