#include "statistics/paired_bootstrap.hpp"

#include "evaluation/metrics.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/random.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

using statistics::BootstrapOptions;
using statistics::Comparison;
using statistics::Difference;
using statistics::Drawn;
using statistics::LabelSets;
using statistics::paired_bootstrap;

constexpr std::int64_t kDrawnLabels = 12;

/// Two labels an image.
LabelSets annotated_images(std::size_t images, Random& random) {
  LabelSets truth;
  for (std::size_t i = 0; i < images; ++i) {
    const auto first = static_cast<std::int64_t>(random.index(kDrawnLabels));
    truth.push_back(
        {first, (first + 1 + static_cast<std::int64_t>(random.index(kDrawnLabels - 1))) % kDrawnLabels});
  }
  return truth;
}

/// Says each label with this probability, and another instead of it otherwise.
LabelSets said_by(double skill, const LabelSets& truth, Random& random) {
  LabelSets said;
  for (const auto& labels : truth) {
    std::vector<std::int64_t> own;
    for (const std::int64_t label : labels) {
      const std::int64_t word = random.chance(skill) ? label : (label + 5) % kDrawnLabels;
      if (std::ranges::find(own, word) == own.end()) own.push_back(word);
    }
    said.push_back(own);
  }
  return said;
}

const Difference& figure(const Comparison& comparison, std::string_view name) {
  for (const auto& each : comparison.figures)
    if (each.name == name) return each.value;
  throw std::out_of_range(std::string(name));
}

TEST(PairedBootstrap, TwoSidesThatSayTheSameDoNotDiffer) {
  Random random(1);
  const LabelSets truth = annotated_images(60, random);
  const std::vector<LabelSets> runs = {said_by(0.6, truth, random)};
  const Comparison comparison = paired_bootstrap({truth, runs, runs, kDrawnLabels}, {.draws = 200});
  for (const auto& [name, value] : comparison.figures) {
    EXPECT_EQ(value.difference, 0) << name;
    EXPECT_NEAR(value.low, 0, 1e-9) << name;
    EXPECT_NEAR(value.high, 0, 1e-9) << name;
    EXPECT_EQ(value.p, 1) << name;
  }
}

TEST(PairedBootstrap, ASideThatIsPlainlyBetterIsSoWithCertainty) {
  Random random(2);
  const LabelSets truth = annotated_images(300, random);
  const std::vector<LabelSets> poor = {said_by(0.3, truth, random)};
  const std::vector<LabelSets> good = {said_by(0.8, truth, random)};
  for (const Drawn drawn : {Drawn::images, Drawn::labels}) {
    const auto comparison =
        paired_bootstrap({truth, poor, good, kDrawnLabels}, {.drawn = drawn, .draws = 500});
    for (const char* name : {"per_class.f1", "micro.f1", "micro.precision"}) {
      EXPECT_GT(figure(comparison, name).low, 0) << name;
      EXPECT_LT(figure(comparison, name).p, 0.01) << name;
    }
  }
}

TEST(PairedBootstrap, FiguresOnAllImagesAreThoseOfEvaluate) {
  Random random(3);
  const LabelSets truth = annotated_images(80, random);
  const std::vector<LabelSets> first = {said_by(0.4, truth, random)};
  const std::vector<LabelSets> second = {said_by(0.5, truth, random), said_by(0.7, truth, random)};
  const auto comparison = paired_bootstrap({truth, first, second, kDrawnLabels}, {.draws = 10});
  const auto metrics = [&](const LabelSets& said) {
    return evaluation::compute_metrics(truth, said, kDrawnLabels);
  };
  EXPECT_EQ(figure(comparison, "per_class.f1").first, metrics(first[0]).per_class.f1);
  EXPECT_NEAR(figure(comparison, "micro.recall").second,
              (metrics(second[0]).micro.recall + metrics(second[1]).micro.recall) / 2, 1e-12);
  EXPECT_NEAR(figure(comparison, "example_based.f1").first, metrics(first[0]).example_based.f1, 1e-12);
  EXPECT_EQ(figure(comparison, "n_plus").first, static_cast<double>(metrics(first[0]).n_plus));
}

TEST(PairedBootstrap, TheOtherWayRoundIsTheSameWithTheOtherSign) {
  Random random(4);
  const LabelSets truth = annotated_images(100, random);
  const std::vector<LabelSets> a = {said_by(0.5, truth, random)};
  const std::vector<LabelSets> b = {said_by(0.6, truth, random)};
  const auto forth = figure(paired_bootstrap({truth, a, b, kDrawnLabels}, {.draws = 300}), "micro.f1");
  const auto back = figure(paired_bootstrap({truth, b, a, kDrawnLabels}, {.draws = 300}), "micro.f1");
  EXPECT_DOUBLE_EQ(forth.difference, -back.difference);
  EXPECT_NEAR(forth.low, -back.high, 1e-6);
  EXPECT_NEAR(forth.high, -back.low, 1e-6);
  EXPECT_EQ(forth.p, back.p);
}

TEST(PairedBootstrap, WhatIsDrawnFollowsFromTheSeedAlone) {
  Random random(5);
  const LabelSets truth = annotated_images(100, random);
  const std::vector<LabelSets> a = {said_by(0.5, truth, random)};
  const std::vector<LabelSets> b = {said_by(0.6, truth, random)};
  const auto low = [&](std::uint64_t seed) {
    return figure(paired_bootstrap({truth, a, b, kDrawnLabels}, {.draws = 200, .seed = seed}), "micro.f1")
        .low;
  };
  EXPECT_EQ(low(7), low(7));
  EXPECT_NE(low(7), low(8));
}

TEST(PairedBootstrap, OfSidesWithoutADifferenceAboutOneInTwentySeemsToHaveOne) {
  Random random(6);
  int seeming = 0;
  int missed = 0;
  constexpr int kTrials = 200;
  for (int trial = 0; trial < kTrials; ++trial) {
    const LabelSets truth = annotated_images(120, random);
    const std::vector<LabelSets> a = {said_by(0.5, truth, random)};
    const std::vector<LabelSets> b = {said_by(0.5, truth, random)};
    const auto& value = figure(paired_bootstrap({truth, a, b, kDrawnLabels}, {.draws = 200}), "per_class.f1");
    seeming += value.p < 0.05 ? 1 : 0;
    missed += value.low > 0 || value.high < 0 ? 1 : 0;
  }
  EXPECT_LE(seeming, kTrials / 10);
  EXPECT_GE(seeming, 1);
  EXPECT_LE(missed, kTrials / 8);
}

TEST(PairedBootstrap, EveryLabelHasADifferenceOfItsOwnWhereAskedFor) {
  Random random(7);
  const LabelSets truth = annotated_images(150, random);
  std::vector<LabelSets> a = {truth};
  const std::vector<LabelSets> b = {truth};
  // The first never says label 3.
  for (auto& labels : a[0])
    std::erase(labels, 3);
  const auto comparison = paired_bootstrap({truth, a, b, kDrawnLabels}, {.draws = 200, .each_label = true});
  ASSERT_EQ(comparison.labels.size(), static_cast<std::size_t>(kDrawnLabels));
  EXPECT_NEAR(comparison.labels[3].difference, 1, 1e-6);
  EXPECT_LT(comparison.labels[3].p, 0.01);
  EXPECT_EQ(comparison.labels[4].difference, 0);
  EXPECT_EQ(comparison.labels[4].p, 1);
}

TEST(PairedBootstrap, FiguresOfImagesAreNotThereWhereLabelsAreDrawn) {
  Random random(8);
  const LabelSets truth = annotated_images(20, random);
  const std::vector<LabelSets> a = {truth};
  const auto comparison = paired_bootstrap({truth, a, a, kDrawnLabels},
                                           {.drawn = Drawn::labels, .draws = 10, .each_label = true});
  EXPECT_THROW((void)figure(comparison, "example_based.f1"), std::out_of_range);
  EXPECT_TRUE(comparison.labels.empty());
}

TEST(PairedBootstrap, RunsOfOtherImagesAreRefused) {
  const LabelSets truth = {{0}, {1}};
  const std::vector<LabelSets> whole = {{{0}, {1}}};
  const std::vector<LabelSets> half = {{{0}}};
  EXPECT_THROW((void)paired_bootstrap({truth, whole, half, 2}), DataError);
  EXPECT_THROW((void)paired_bootstrap({truth, whole, {}, 2}), DataError);
}

}  // namespace
}  // namespace tagloom
