#include <tagloom/base/error.hpp>
#include <tagloom/base/random.hpp>
#include <tagloom/datasets/split.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tagloom::datasets {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Label i of 20 is on every (i + 2)nd image, at random: 500 of 1000 to 45.
Dataset of_many_labels(std::size_t images) {
  Dataset dataset;
  std::vector<std::string> labels;
  for (int i = 0; i < 20; ++i)
    labels.push_back("label " + std::to_string(i));
  dataset.vocabulary = Vocabulary(labels);
  Random random(5);
  for (std::size_t i = 0; i < images; ++i) {
    Sample sample{.image_name = std::to_string(i)};
    for (std::int64_t label = 0; label < 20; ++label)
      if (random.chance(1.0 / static_cast<double>(label + 2))) sample.labels.push_back(label);
    dataset.train.push_back(sample);
  }
  return dataset;
}

/// How far the share of each label in test is from `fraction`, at most, in images.
double worst_label(const Dataset& dataset, double fraction) {
  const auto train = label_statistics(dataset.vocabulary, dataset.train).counts;
  const auto test = label_statistics(dataset.vocabulary, dataset.test).counts;
  double worst = 0;
  for (std::size_t i = 0; i < train.size(); ++i) {
    const double wanted = fraction * static_cast<double>(train[i] + test[i]);
    worst = std::max(worst, std::abs(static_cast<double>(test[i]) - wanted));
  }
  return worst;
}

std::vector<std::string> test_names(const Dataset& dataset) {
  std::vector<std::string> names;
  for (const Sample& sample : dataset.test)
    names.push_back(sample.image_name);
  return names;
}

TEST(HoldOutTest, GivesEachLabelItsShareWithinAFewImages) {
  for (const double fraction : {0.1, 0.2, 0.5}) {
    const Dataset split = hold_out_test(of_many_labels(1000), {.fraction = fraction, .seed = 1});
    EXPECT_LE(worst_label(split, fraction), 6) << fraction;
    EXPECT_NEAR(static_cast<double>(split.test.size()), 1000 * fraction, 15) << fraction;
    EXPECT_EQ(split.train.size() + split.test.size(), 1000U);
    EXPECT_EQ(split.held_out.fraction, fraction);
  }
}

TEST(HoldOutTest, IsCloserToTheSharesThanADrawAtRandom) {
  Dataset random = carve_validation(of_many_labels(1000), 0.2, 1);
  std::swap(random.test, random.validation);
  const Dataset stratified = hold_out_test(of_many_labels(1000), {.fraction = 0.2, .seed = 1});
  EXPECT_LT(2 * worst_label(stratified, 0.2), worst_label(random, 0.2));
}

TEST(CarveValidation, IsStratifiedWhereItIsAskedTo) {
  Dataset carved = carve_validation(of_many_labels(1000), 0.2, 1, Draw::stratified);
  EXPECT_NEAR(static_cast<double>(carved.validation.size()), 200, 15);
  EXPECT_EQ(carved.train.size() + carved.validation.size(), 1000U);
  std::swap(carved.test, carved.validation);
  EXPECT_LE(worst_label(carved, 0.2), 6);
}

TEST(HoldOutTest, FollowsFromTheSeedAlone) {
  const auto names = [](std::uint64_t seed) {
    return test_names(hold_out_test(of_many_labels(300), {.fraction = 0.2, .seed = seed}));
  };
  EXPECT_EQ(names(1), names(1));
  EXPECT_NE(names(1), names(2));
}

TEST(HoldOutTest, DrawsTheSameImagesOnEveryPlatform) {
  EXPECT_THAT(test_names(hold_out_test(of_many_labels(20), {.fraction = 0.25, .seed = 7})),
              ElementsAre("1", "6", "10", "12", "18", "19"));
}

TEST(HoldOutTest, KeepsTheOrderOfTheList) {
  const Dataset split = hold_out_test(of_many_labels(300), {.fraction = 0.3, .seed = 1});
  const auto by_number = [](const Sample& sample) { return std::stoi(sample.image_name); };
  EXPECT_TRUE(std::ranges::is_sorted(split.train, {}, by_number));
  EXPECT_TRUE(std::ranges::is_sorted(split.test, {}, by_number));
}

TEST(HoldOutTest, OfASmallSetKeepsTheOnlyImageOfALabelForTraining) {
  Dataset dataset;
  dataset.vocabulary = Vocabulary({"once", "often"});
  dataset.train = {{"a", "", {0}}, {"b", "", {1}}, {"c", "", {1}}, {"d", "", {1}}, {"e", "", {1}}};
  const Dataset split = hold_out_test(dataset, {.fraction = 0.25, .seed = 1});
  ASSERT_EQ(split.test.size(), 1U);
  EXPECT_THAT(split.test.front().labels, ElementsAre(1));
}

TEST(HoldOutTest, DividesImagesWithoutLabelsToo) {
  Dataset dataset;
  dataset.vocabulary = Vocabulary({"none has it"});
  dataset.train = std::vector<Sample>(10);
  EXPECT_EQ(hold_out_test(dataset, {.fraction = 0.3, .seed = 1}).test.size(), 3U);
  dataset.train.clear();
  EXPECT_TRUE(hold_out_test(dataset, {.fraction = 0.3, .seed = 1}).test.empty());
}

TEST(HoldOutTest, ZeroMovesNothingAndATestSplitStays) {
  EXPECT_TRUE(hold_out_test(of_many_labels(10), {}).test.empty());
  Dataset dataset = of_many_labels(10);
  dataset.test = dataset.train;
  EXPECT_EQ(hold_out_test(dataset, {}).test.size(), 10U);
  EXPECT_THAT([&] { (void)hold_out_test(dataset, {.fraction = 0.1}); },
              ::testing::ThrowsMessage<UsageError>(HasSubstr("has a test split of 10 images already")));
  EXPECT_THROW((void)hold_out_test(of_many_labels(10), {.fraction = 1}), UsageError);
}

TEST(StratifiedParts, MakeFoldsOfEqualSharesToo) {
  const Dataset dataset = of_many_labels(600);
  const std::vector<double> thirds(3, 1.0 / 3);
  const auto parts = stratified_parts(dataset.train, dataset.vocabulary.size(), thirds, 1);
  for (std::int64_t label = 0; label < 20; ++label) {
    std::array<int, 3> counts{};
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (std::ranges::count(dataset.train[i].labels, label) > 0) ++counts.at(parts[i]);
    EXPECT_LE(*std::ranges::max_element(counts) - *std::ranges::min_element(counts), 6) << label;
  }
}

}  // namespace
}  // namespace tagloom::datasets
