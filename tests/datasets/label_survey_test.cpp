/// What the labels of a data set are like, counted on a handful of images.

#include <tagloom/datasets/survey/labels.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>

namespace tagloom::datasets {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

enum Label : std::int64_t { sky, sea, boat, cat, dog };

Vocabulary vocabulary() {
  return Vocabulary({"sky", "sea", "boat", "cat", "dog"});
}

std::vector<Sample> images(const std::vector<std::vector<std::int64_t>>& labels) {
  std::vector<Sample> samples;
  for (const auto& each : labels)
    samples.push_back({.image_name = std::to_string(samples.size()) + ".jpg", .labels = each});
  return samples;
}

TEST(LabelSurvey, CountsLabelsAndImagesOfASplit) {
  const auto split =
      split_labels("train", vocabulary(), images({{sky, sea}, {sky}, {}, {boat, sky, sea}, {sky, sea}}));
  EXPECT_EQ(split.summary.images, 5);
  EXPECT_EQ(split.fewest_labels, 0);
  EXPECT_EQ(split.median_labels, 2);
  EXPECT_THAT(split.images_with, ElementsAre(1, 1, 2, 1));
  EXPECT_THAT(split.counts, ElementsAre(4, 3, 1, 0, 0));
}

TEST(LabelSurvey, OfAnEvenNumberOfImagesTheMedianIsBetweenTheTwoInTheMiddle) {
  EXPECT_EQ(split_labels("train", vocabulary(), images({{sky}, {sky, sea}})).median_labels, 1.5);
  EXPECT_EQ(split_labels("train", vocabulary(), {}).median_labels, 0);
}

TEST(LabelSurvey, RanksLabelsAndMeasuresTheirImbalance) {
  const std::int64_t counts[] = {3, 40, 0, 5, 1};
  const auto found = frequencies(counts);
  EXPECT_THAT(found.ranked, ElementsAre(1, 3, 0, 4));
  EXPECT_EQ(found.median, 4);
  EXPECT_EQ(found.imbalance, 40);
  EXPECT_EQ(found.rare, 2);
  EXPECT_EQ(found.absent, 1);
}

TEST(LabelSurvey, HasNoFrequenciesWhereNoLabelOccurs) {
  const std::int64_t counts[] = {0, 0};
  const auto found = frequencies(counts);
  EXPECT_THAT(found.ranked, IsEmpty());
  EXPECT_EQ(found.imbalance, 0);
  EXPECT_EQ(found.absent, 2);
}

TEST(CoOccurrence, LiftIsHowManyTimesMoreOftenThanByChance) {
  EXPECT_EQ(lift({.both = 10, .first = 20, .second = 50, .all = 100}), 1);
  EXPECT_EQ(lift({.both = 20, .first = 20, .second = 20, .all = 100}), 5);
  EXPECT_EQ(lift({.both = 0, .first = 0, .second = 20, .all = 100}), 0);
}

TEST(CoOccurrence, NormalisedPmiIsOneForInseparableLabelsAndMinusOneForThoseThatNeverMeet) {
  EXPECT_DOUBLE_EQ(normalised_pmi({.both = 20, .first = 20, .second = 20, .all = 100}), 1);
  EXPECT_DOUBLE_EQ(normalised_pmi({.both = 1, .first = 1, .second = 1, .all = 100}), 1);
  EXPECT_DOUBLE_EQ(normalised_pmi({.both = 10, .first = 20, .second = 50, .all = 100}), 0);
  EXPECT_EQ(normalised_pmi({.both = 0, .first = 20, .second = 50, .all = 100}), -1);
  EXPECT_EQ(normalised_pmi({.both = 100, .first = 100, .second = 100, .all = 100}), 0);
  EXPECT_THAT(normalised_pmi({.both = 10, .first = 20, .second = 20, .all = 100}),
              DoubleNear(std::log(2.5) / std::log(10), 1e-12));
}

TEST(CoOccurrence, PairsAreThoseOfEnoughImagesTheMostInseparableFirst) {
  const auto pairs =
      pairs_of(images({{sky, sea}, {sea, sky, boat}, {boat, sea}, {cat, dog}, {dog, cat}, {sky}}), 2);
  ASSERT_EQ(pairs.size(), 3U);
  EXPECT_EQ(pairs[0].first, cat);
  EXPECT_EQ(pairs[0].second, dog);
  EXPECT_EQ(pairs[0].images, 2);
  EXPECT_DOUBLE_EQ(pairs[0].lift, 3);
  EXPECT_EQ(pairs[1].first, sea);
  EXPECT_EQ(pairs[1].second, boat);
  EXPECT_EQ(pairs[2].first, sky);
  EXPECT_GT(pairs[1].npmi, pairs[2].npmi);
}

TEST(CoOccurrence, TheMatrixHasEachLabelsImagesOnItsDiagonal) {
  const std::int64_t labels[] = {sea, sky};
  const auto matrix = co_occurrence(images({{sky, sea}, {sky, cat}, {sea, sky}, {}}), labels);
  EXPECT_THAT(matrix.images, ElementsAre(2, 2, 2, 3));
  EXPECT_EQ(matrix.all, 4);
}

TEST(CoOccurrence, InCompanyLabelsStandBesideThoseTheyComeWith) {
  const auto samples =
      images({{sky, sea}, {cat, dog}, {sky, sea}, {dog, cat}, {sea, boat}, {boat, sea}, {sky}});
  const std::int64_t labels[] = {sky, cat, boat, dog, sea};
  const auto matrix = in_company(co_occurrence(samples, labels));
  // The sea is between sky and boat, cats and dogs are apart.
  EXPECT_THAT(matrix.labels,
              ::testing::AnyOf(ElementsAre(cat, dog, sky, sea, boat), ElementsAre(cat, dog, boat, sea, sky),
                               ElementsAre(sky, sea, boat, cat, dog), ElementsAre(boat, sea, sky, cat, dog),
                               ElementsAre(sky, sea, boat, dog, cat), ElementsAre(boat, sea, sky, dog, cat),
                               ElementsAre(dog, cat, sky, sea, boat), ElementsAre(dog, cat, boat, sea, sky)));
  for (std::size_t row = 0; row < matrix.labels.size(); ++row)
    for (std::size_t column = 0; column < matrix.labels.size(); ++column)
      EXPECT_EQ(matrix.both(row, column), matrix.both(column, row));
}

TEST(LabelSurvey, NamesLabelsThatAreNeverAloneAndThoseOfOneSplit) {
  const Dataset data = {.vocabulary = vocabulary(),
                        .train = images({{sky, sea}, {sky}, {boat, sea}}),
                        .test = images({{sea, cat}})};
  const auto survey = survey_labels(data);
  EXPECT_EQ(survey.about, "train");
  EXPECT_THAT(survey.never_alone, ElementsAre(sea, boat));
  EXPECT_THAT(survey.only_in_train, ElementsAre(sky, boat));
  EXPECT_THAT(survey.only_in_test, ElementsAre(cat));
  EXPECT_EQ(survey.splits.size(), 2U);
}

TEST(LabelSurvey, IsAboutTheTestImagesWhereThereAreNoOthers) {
  const Dataset data = {.vocabulary = vocabulary(), .test = images({{sea, cat}})};
  const auto survey = survey_labels(data);
  EXPECT_EQ(survey.about, "test");
  EXPECT_EQ(survey.main().summary.images, 1);
  EXPECT_THAT(survey.only_in_test, IsEmpty());
}

TEST(LabelSurvey, OfNoImagesIsEmpty) {
  const auto survey = survey_labels({.vocabulary = vocabulary()});
  EXPECT_EQ(survey.main().summary.images, 0);
  EXPECT_THAT(survey.pairs, IsEmpty());
  EXPECT_THAT(survey.matrix.labels, IsEmpty());
}

}  // namespace
}  // namespace tagloom::datasets
