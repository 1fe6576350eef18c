/// Whether confidences are what they say, and the temperature that makes them so.

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

Prediction prediction(std::vector<std::int64_t> labels, std::vector<float> confidences) {
  return {.labels = std::move(labels), .label_scores = {}, .confidences = {std::move(confidences)}};
}

TEST(Reliability, CountsTheLabelsOfLikeConfidenceAndThoseThatAreRight) {
  const std::vector<datasets::Sample> samples = {{.labels = {0, 1}}, {.labels = {2}}};
  const std::vector<Prediction> predictions = {prediction({0, 1}, {0.95F, 0.97F}),
                                               prediction({0, 2}, {0.96F, 0.01F})};
  const Reliability found = reliability(samples, predictions, 0);
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
  EXPECT_EQ(reliability({}, {}, 0).expected_calibration_error, 0);
}

TEST(Reliability, HasAPlaceForConfidencesOfZeroAndOne) {
  const std::vector<datasets::Sample> samples = {{.labels = {1}}};
  const std::vector<Prediction> predictions = {prediction({0, 1}, {0, 1})};
  EXPECT_EQ(reliability(samples, predictions, 0).expected_calibration_error, 0);
}

TEST(LeastAt, IsTheLowestPointOfAParabolaOverTheLogarithm) {
  std::vector<double> temperatures;
  std::vector<double> values;
  for (double t = 0.1; t < 10; t *= 1.3) {
    temperatures.push_back(t);
    values.push_back(std::pow(std::log(t) - std::log(1.7), 2) + 4);
  }
  EXPECT_NEAR(least_at(temperatures, values), 1.7, 1e-6);
  EXPECT_EQ(least_at(std::vector<double>{1, 2, 3}, std::vector<double>{3, 2, 1}), 3) << "at the end";
  EXPECT_EQ(least_at(std::vector<double>{1, 2, 4}, std::vector<double>{5, 5, 5}), 1) << "where all are equal";
}

TEST(LogitOf, IsUndoneByTheSigmoidAndFiniteForAllProbabilities) {
  for (const float p : {1e-20F, 0.1F, 0.5F, 0.999F})
    EXPECT_NEAR(1 / (1 + std::exp(-static_cast<double>(logit_of(p)))), p, 1e-6);
  EXPECT_TRUE(std::isfinite(logit_of(0)));
  EXPECT_TRUE(std::isfinite(logit_of(1)));
}

TEST(Training, EndsWithATemperatureThatItsValidationSplitIsFitFor) {
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
                               .cache = config.cache,
                               .checkpoints = {config.output},
                               .splits = {"validation"},
                               .device = "cpu"},
                              registry(), [](const ScoredSplit&) {})
                          .rows;
    EXPECT_TRUE(rows.at(0).uncalibrated.bins.empty()) << "the baseline has no confidences";
    EXPECT_NEAR(rows.at(1).uncalibrated.expected_calibration_error, calibration->error_before, 1e-6);
    ASSERT_TRUE(rows.at(1).calibrated);
    EXPECT_EQ(rows.at(1).calibrated->temperature, calibration->temperature);
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
