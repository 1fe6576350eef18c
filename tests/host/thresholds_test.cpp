#include "evaluation/thresholds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::evaluation {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Thresholds, AreFittedToTheBestF1OfEachLabel) {
  const std::vector<datasets::Sample> samples = {{.labels = {0}}, {.labels = {0}}, {.labels = {}}};
  const std::vector<Prediction> predictions = {
      {.label_scores = {0.9F, 0.2F}}, {.label_scores = {0.5F, 0.1F}}, {.label_scores = {0.3F, 0.1F}}};
  const auto thresholds = fitted_thresholds(samples, predictions, 2);
  EXPECT_NEAR(thresholds[0], 0.4, 1e-6);
  // No image has label 1: it takes the threshold that is best for all pairs together.
  EXPECT_NEAR(thresholds[1], 0.4, 1e-6);
}

TEST(Thresholds, EqualScoresFallOnTheSameSide) {
  const std::vector<datasets::Sample> samples = {{.labels = {0}}, {.labels = {}}};
  const std::vector<Prediction> predictions = {{.label_scores = {0.5F}}, {.label_scores = {0.5F}}};
  EXPECT_LT(fitted_thresholds(samples, predictions, 1)[0], 0.5);
}

TEST(Thresholds, PredictTheMostProbableLabelFirst) {
  std::vector<Prediction> predictions = {{.label_scores = {0.6F, 0.1F, 0.8F}}, {.label_scores = {0, 0, 0}}};
  apply_thresholds(predictions, std::vector<float>{0.5F, 0.5F, 0.8F});
  EXPECT_THAT(predictions[0].labels, ElementsAre(2, 0));
  EXPECT_THAT(predictions[1].labels, IsEmpty());
}

}  // namespace
}  // namespace tagloom::evaluation
