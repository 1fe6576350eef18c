/// Whether confidences are what they say, and what makes them so.

#include "evaluation/calibration.hpp"

#include "checkpoint/checkpoint.hpp"
#include "evaluation/compare.hpp"
#include "training/train.hpp"
#include "training_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace tagloom::evaluation {
namespace {

using tagloom::testing::TemporaryFolder;
using ::testing::Contains;
using ::testing::HasSubstr;
using training::kClassifier;
using training::kRia;
using training::registry;

Prediction prediction(std::vector<std::int64_t> labels, std::vector<float> probabilities) {
  return {.labels = std::move(labels), .label_scores = {}, .probabilities = std::move(probabilities)};
}

TEST(Reliability, CountsTheLabelsOfLikeConfidenceAndThoseThatAreRight) {
  const std::vector<datasets::Sample> samples = {{.labels = {0, 1}}, {.labels = {2}}};
  const std::vector<Prediction> predictions = {prediction({0, 1}, {0.95F, 0.97F}),
                                               prediction({0, 2}, {0.96F, 0.01F})};
  const Reliability found = reliability(samples, predictions, {});
  ASSERT_EQ(found.bins.size(), kReliabilityBins);
  EXPECT_EQ(found.bins.back().labels, 3);
  EXPECT_EQ(found.bins.back().right, 2);
  EXPECT_NEAR(found.bins.back().confidence, 0.96, 1e-6);
  EXPECT_EQ(found.bins.front().labels, 1);
  EXPECT_EQ(found.bins.front().right, 1);
  // Three labels are 0.96 sure, and two of them right; one is 0.01 sure, and right.
  EXPECT_NEAR(found.expected_calibration_error, (3 * 0.96 - 2 + 1 - 0.01) / 4, 1e-6);
}

TEST(Reliability, OfNothingIsNoError) {
  EXPECT_EQ(reliability({}, {}, {}).expected_calibration_error, 0);
}

TEST(Reliability, HasAPlaceForConfidencesOfZeroAndOne) {
  const std::vector<datasets::Sample> samples = {{.labels = {1}}};
  const std::vector<Prediction> predictions = {prediction({0, 1}, {0, 1})};
  EXPECT_NEAR(reliability(samples, predictions, {}).expected_calibration_error, 0, 1e-6);
}

/// Labels of which the logits are right once they are divided by 2 and 0.7 is added.
std::vector<Judged> too_sure(std::int64_t each) {
  std::vector<Judged> labels;
  for (double logit = -6; logit <= 6; logit += 0.5) {
    const double p = 1 / (1 + std::exp(-(logit / 2 + 0.7)));
    for (std::int64_t i = 0; i < each; ++i)
      labels.push_back(
          {.logit = logit, .right = static_cast<double>(i) + 0.5 < p * static_cast<double>(each)});
  }
  return labels;
}

TEST(Fitted, FindsTheTemperatureAndTheBiasOfALogisticModel) {
  const Scaling found = fitted(too_sure(10000));
  EXPECT_NEAR(found.temperature, 2, 0.01);
  EXPECT_NEAR(found.bias, 0.7, 0.01);
}

TEST(Fitted, StaysWithTheModelWhereThereIsNothingToLearnFrom) {
  EXPECT_EQ(fitted({}).temperature, 1);
  EXPECT_EQ(fitted({}).bias, 0);
}

TEST(Fitted, IsFiniteForLabelsThatAreAllRightOrAllWrongOrBackwards) {
  for (const auto& right : {std::vector{true, true, true}, {false, false, false}, {true, false, false}}) {
    std::vector<Judged> labels;
    for (int i = 0; i < 300; ++i)
      labels.push_back({.logit = 20.0 * (i % 3) - 20, .right = right[static_cast<std::size_t>(i % 3)]});
    const Scaling found = fitted(labels);
    EXPECT_GT(found.temperature, 0.01);
    EXPECT_LE(found.temperature, 10);
    EXPECT_LT(std::abs(found.bias), 20);
  }
}

TEST(Confidence, IsTheProbabilityItselfUntilItIsCalibrated) {
  for (const float p : {1e-20F, 0.1F, 0.5F, 0.999F})
    EXPECT_NEAR(checkpoint::confidence({}, p), p, 1e-6);
  for (const float p : {0.0F, 1.0F})
    EXPECT_TRUE(std::isfinite(checkpoint::confidence({.temperature = 0.1}, p)));
  EXPECT_NEAR(checkpoint::confidence({.temperature = 2, .bias = -0.5}, 0.9F),
              1 / (1 + std::exp(-(std::log(9) / 2 - 0.5))), 1e-6);
}

TEST(Training, EndsWithACalibrationOnItsValidationSplit) {
  const TemporaryFolder folder;
  for (const models::ModelSpec& model : {kRia, kClassifier}) {
    const auto config = training::small(folder / (model.name() + ".safetensors"), model);
    std::vector<std::string> notes;
    training::train(config, registry(), {.note = [&](const std::string& note) { notes.push_back(note); }});
    const auto calibration = checkpoint::read_checkpoint(config.output).calibration;
    ASSERT_TRUE(calibration);
    EXPECT_EQ(calibration->images, 36);
    EXPECT_THAT(notes, Contains(HasSubstr("Confidences calibrated on 36 validation images")));
    const auto rows = compare({.data = config.data,
                               .caches = config.caches,
                               .checkpoints = {config.output},
                               .splits = {"validation"},
                               .device = "cpu"},
                              registry(), [](const ScoredSplit&) {})
                          .rows;
    EXPECT_TRUE(rows.at(0).uncalibrated.bins.empty()) << "the baseline has no confidences";
    EXPECT_NEAR(rows.at(1).uncalibrated.expected_calibration_error, calibration->error_before, 1e-6);
    ASSERT_TRUE(rows.at(1).calibrated);
    EXPECT_EQ(rows.at(1).calibrated->by, *calibration);
    EXPECT_NEAR(rows.at(1).calibrated->reliability.expected_calibration_error, calibration->error_after,
                1e-6);
  }
}

TEST(Training, WithoutAValidationSplitSaysThatConfidencesAreNotCalibrated) {
  const TemporaryFolder folder;
  auto config = training::small(folder / "m.safetensors", kRia);
  config.epochs = 1;
  config.validation = 0;
  config.select_on = SelectOn::test;
  std::vector<std::string> notes;
  training::train(config, registry(), {.note = [&](const std::string& note) { notes.push_back(note); }});
  EXPECT_FALSE(checkpoint::read_checkpoint(config.output).calibration);
  EXPECT_THAT(notes, Contains(HasSubstr("Confidences are not calibrated")));
}

}  // namespace
}  // namespace tagloom::evaluation
