#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/dataset.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/datasets/split.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tagloom::datasets {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Dataset numbered(std::size_t images) {
  Dataset dataset;
  dataset.vocabulary = Vocabulary({"sea", "sky", "tree"});
  for (std::size_t i = 0; i < images; ++i) {
    dataset.train.push_back(
        {std::to_string(i), "nowhere/" + std::to_string(i), {static_cast<std::int64_t>(i % 2)}});
  }
  return dataset;
}

std::vector<int> names(const std::vector<Sample>& samples) {
  std::vector<int> numbers;
  for (const auto& sample : samples)
    numbers.push_back(std::stoi(sample.image_name));
  return numbers;
}

TEST(Dataset, CountsLabelsAndImages) {
  auto dataset = numbered(3);
  dataset.train.push_back({"3", "nowhere/3", {}});
  EXPECT_THAT(label_statistics(dataset.vocabulary, dataset.train).counts, ElementsAre(2, 1, 0));
  const auto summary = summarize(dataset.vocabulary, dataset.train);
  EXPECT_EQ(summary.images, 4);
  EXPECT_DOUBLE_EQ(summary.mean_labels, 0.75);
  EXPECT_EQ(summary.most_labels, 1);
  EXPECT_EQ(summary.images_without_label, 1);
  EXPECT_EQ(summary.labels_without_image, 1);
}

TEST(Dataset, AnEmptySplitHasNoMean) {
  EXPECT_EQ(summarize(Vocabulary({"sea"}), {}).mean_labels, 0.0);
  EXPECT_EQ(max_labels({}), 0);
}

TEST(Dataset, NamesTheFirstMissingImages) {
  try {
    check_images(numbered(5));
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("5 of 5 image files are missing: nowhere/0, nowhere/1, nowhere/2, ..."));
  }
}

TEST(CarveValidation, MovesTheFractionAndKeepsOrder) {
  const auto dataset = carve_validation(numbered(101), 0.2, 7);
  EXPECT_EQ(dataset.validation.size(), 20U);
  EXPECT_EQ(dataset.train.size(), 81U);
  auto validation = names(dataset.validation);
  auto train = names(dataset.train);
  EXPECT_TRUE(std::ranges::is_sorted(validation));
  EXPECT_TRUE(std::ranges::is_sorted(train));
  std::set<int> all(train.begin(), train.end());
  all.insert(validation.begin(), validation.end());
  EXPECT_EQ(all.size(), 101U);
}

TEST(CarveValidation, DrawsTheSameImagesOnEveryPlatform) {
  EXPECT_THAT(names(carve_validation(numbered(20), 0.25, 7).validation), ElementsAre(2, 4, 12, 14, 18));
  EXPECT_NE(names(carve_validation(numbered(20), 0.25, 8).validation),
            names(carve_validation(numbered(20), 0.25, 7).validation));
}

TEST(CarveValidation, ZeroMovesNothing) {
  EXPECT_TRUE(carve_validation(numbered(4), 0.0, 7).validation.empty());
}

TEST(CarveValidation, RefusesWhatLeavesNothingToTrain) {
  EXPECT_THROW((void)carve_validation(numbered(4), 1.0, 7), UsageError);
  EXPECT_THROW((void)carve_validation(numbered(4), -0.1, 7), UsageError);
  EXPECT_THROW((void)carve_validation(numbered(4), 0.95, 7), UsageError);
}

TEST(CarveValidation, ASplitOfTheDataSetsOwnStaysWhatItIs) {
  const auto own = carve_validation(numbered(10), 0.5, 7);
  const auto again = carve_validation(own, 0.2, 8);
  EXPECT_EQ(names(again.validation), names(own.validation));
  EXPECT_EQ(again.train.size(), 5U);
}

TEST(Dataset, KnowsTheLabelsThatOnlyOneSplitHas) {
  auto dataset = numbered(2);
  dataset.train = {{"0", "", {0, 1}}};
  dataset.test = {{"1", "", {1, 2}}};
  const auto labels = labels_of_one_split(dataset);
  EXPECT_THAT(labels.train, ElementsAre("sea"));
  EXPECT_THAT(labels.test, ElementsAre("tree"));
  EXPECT_TRUE(labels.validation.empty());
}

TEST(Dataset, IsNumberedAsAnotherListOfItsLabels) {
  auto dataset = numbered(2);
  const std::vector<std::string> labels = dataset.vocabulary.labels();
  dataset.train = {{"0", "", {0, 2}}};
  dataset.test = {{"1", "", {1}}};
  const Vocabulary turned({labels[2], labels[0], labels[1]});
  const auto again = numbered_as(dataset, turned);
  EXPECT_EQ(again.vocabulary, turned);
  EXPECT_THAT(again.train[0].labels, ElementsAre(1, 0));
  EXPECT_THAT(again.test[0].labels, ElementsAre(2));
  const Vocabulary other({labels[2], labels[0], "comet"});
  EXPECT_EQ(numbered_as(dataset, other).vocabulary, dataset.vocabulary);
}

TEST(Remarks, SayWhatAUserShouldKnow) {
  auto dataset = numbered(2);
  EXPECT_TRUE(remarks(dataset).empty());
  dataset.root = "pets";
  dataset.test = {{"9", "", {2}}};
  dataset.notes = {"A note."};
  dataset.repeated_images = 1;
  dataset.shared_images = 2;
  dataset.held_out = {.fraction = 0.25, .seed = 3};
  EXPECT_THAT(
      remarks(dataset),
      ElementsAre("A note.", HasSubstr("1 listing of an image"), HasSubstr("2 images of pets stood in two"),
                  HasSubstr("1 of its 3 images are held out as one (--test-fraction 0.25 --split-seed 3)"),
                  HasSubstr("has 1 label that others have, so nothing can learn it (\"tree\")."),
                  HasSubstr("only training images of pets have 2 labels, so no score tells how well they are "
                            "learnt (\"sea\", \"sky\").")));
}

}  // namespace
}  // namespace tagloom::datasets
