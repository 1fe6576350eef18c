/// What is found out of the pictures of a data set: on a folder with one of each kind.

#include "picture_bytes.hpp"
#include "support/files.hpp"
#include "support/stop_note.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/datasets/survey/pictures.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include <filesystem>
#include <string>

namespace tagloom::datasets {
namespace {

using tagloom::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A scene of shapes, another one for another number.
cv::Mat scene(int number, cv::Size size = {96, 64}) {
  cv::Mat bgr(size, CV_8UC3, cv::Scalar(200, 160, 90));
  cv::rectangle(bgr, {0, size.height / 2, size.width, size.height}, cv::Scalar(40, 120.0 + number, 60),
                cv::FILLED);
  cv::circle(bgr, {10 + number * 17 % size.width, 8 + number * 29 % size.height}, 12, {30, 30, 220},
             cv::FILLED);
  cv::circle(bgr, {size.width - number * 13 % size.width, number * 7 % size.height}, 9, {250, 250, 250},
             cv::FILLED);
  return bgr;
}

class Pictures : public ::testing::Test {
 protected:
  std::filesystem::path add(std::vector<Sample>& split, const std::string& name, const Bytes& bytes,
                            std::vector<std::int64_t> labels = {0}) {
    const std::filesystem::path path = folder_ / name;
    tagloom::testing::write_text(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    split.push_back({.image_name = name, .image_path = path, .labels = std::move(labels)});
    return path;
  }

  [[nodiscard]] std::vector<std::string> names(const PictureSurvey& survey,
                                               const std::vector<std::size_t>& places) const {
    std::vector<std::string> found;
    for (const std::size_t place : places)
      found.push_back(survey.pictures[place].sample.image_name);
    return found;
  }

  Dataset data_ = {.vocabulary = Vocabulary({"a", "b"})};
  TemporaryFolder folder_;
};

TEST_F(Pictures, AreCountedBySizeAsTheyAreSeen) {
  add(data_.train, "a.png", encode(".png", scene(1)));
  add(data_.train, "b.jpg", encode(".jpg", scene(2)));
  add(data_.test, "c.png", encode(".png", scene(3, {64, 96})));
  const auto survey = survey_pictures(data_, {.threads = 2});
  ASSERT_EQ(survey.sizes.size(), 2U);
  EXPECT_EQ(survey.sizes[0].width, 96U);
  EXPECT_EQ(survey.sizes[0].height, 64U);
  EXPECT_EQ(survey.sizes[0].images, 2);
  EXPECT_EQ(survey.pictures[2].split, "test");
  EXPECT_EQ(survey.pictures[2].facts.format, ImageFormat::png);
  EXPECT_THAT(survey.odd, IsEmpty());
}

TEST_F(Pictures, ThatAreTinyNarrowOrMisnamedAreOdd) {
  add(data_.train, "tiny.png", encode(".png", scene(1, {31, 60})));
  add(data_.train, "narrow.png", encode(".png", scene(1, {321, 80})));
  add(data_.train, "really_a_png.jpg", encode(".png", scene(1)));
  add(data_.train, "no_ending", encode(".png", scene(2)));
  add(data_.train, "just_wide_enough.png", encode(".png", scene(3, {320, 80})));
  add(data_.train, "LOUD.JPG", encode(".jpg", scene(4)));
  const auto survey = survey_pictures(data_, {.decode = false});
  EXPECT_THAT(names(survey, survey.odd), ElementsAre("tiny.png", "narrow.png", "really_a_png.jpg"));
  EXPECT_THAT(survey.pictures[0].facts.oddities, ElementsAre(Oddity::tiny));
  EXPECT_THAT(survey.pictures[1].facts.oddities, ElementsAre(Oddity::narrow));
  EXPECT_THAT(survey.pictures[2].facts.oddities, ElementsAre(Oddity::misnamed));
}

TEST_F(Pictures, ThatAreMissingOrCannotBeReadAreNamedAndTheOthersCount) {
  const Bytes whole = encode(".jpg", scene(1));
  add(data_.train, "whole.jpg", whole);
  add(data_.train, "cut.jpg", prefix(whole, whole.size() / 2));
  add(data_.train, "page.jpg", Bytes(40, std::byte{'x'}));
  add(data_.train, "empty.jpg", {});
  std::filesystem::remove(add(data_.train, "gone.jpg", whole));
  for (const bool decode : {true, false}) {
    const auto survey = survey_pictures(data_, {.decode = decode});
    EXPECT_THAT(names(survey, survey.missing), ElementsAre("gone.jpg"));
    EXPECT_THAT(names(survey, survey.unreadable), ElementsAre("cut.jpg", "page.jpg", "empty.jpg"));
    EXPECT_THAT(survey.pictures[1].facts.failure, HasSubstr("cut short"));
    EXPECT_EQ(survey.sizes.front().images, 1);
    EXPECT_TRUE(survey.has_pictures());
  }
}

TEST_F(Pictures, DamageInsideIsFoundByDecodingOnly) {
  Bytes damaged = encode(".jpg", picture(CV_8UC3, {200, 150}));
  for (std::size_t i = damaged.size() / 2; i < damaged.size() / 2 + 60; ++i)
    damaged[i] = std::byte{0x55};
  add(data_.train, "damaged.jpg", damaged);
  EXPECT_THAT(survey_pictures(data_, {.decode = false}).unreadable, IsEmpty());
  EXPECT_EQ(survey_pictures(data_, {}).unreadable.size(), 1U);
}

TEST_F(Pictures, OfEqualContentAreAGroupAndALeakAcrossSplits) {
  const Bytes once = encode(".png", scene(1));
  const Bytes twice = encode(".png", scene(2));
  add(data_.train, "a.png", once);
  add(data_.train, "b.png", once, {1, 0});
  add(data_.train, "c.png", twice, {0, 1});
  add(data_.test, "d.png", twice, {1, 0});
  add(data_.test, "e.png", encode(".png", scene(3)));
  const auto survey = survey_pictures(data_, {.decode = false});
  ASSERT_EQ(survey.equal.size(), 2U);
  EXPECT_THAT(names(survey, survey.equal[0].pictures), ElementsAre("c.png", "d.png"));
  EXPECT_TRUE(survey.equal[0].across_splits);
  EXPECT_FALSE(survey.equal[0].other_labels);
  EXPECT_THAT(names(survey, survey.equal[1].pictures), ElementsAre("a.png", "b.png"));
  EXPECT_FALSE(survey.equal[1].across_splits);
  EXPECT_TRUE(survey.equal[1].other_labels);
  EXPECT_EQ(survey.leaked, 1);
}

TEST_F(Pictures, SavedAnewLookAlikeAndThoseAcrossSplitsComeFirst) {
  const auto quality = [](int value) { return std::vector<int>{cv::IMWRITE_JPEG_QUALITY, value}; };
  add(data_.train, "a.jpg", encode(".jpg", scene(1), quality(95)));
  add(data_.train, "a_again.jpg", encode(".jpg", scene(1), quality(94)));
  add(data_.train, "b.jpg", encode(".jpg", scene(5), quality(95)));
  cv::Mat smaller;
  cv::resize(scene(5), smaller, {72, 48}, 0, 0, cv::INTER_AREA);
  add(data_.test, "b_smaller.jpg", encode(".jpg", smaller, quality(70)), {1});
  add(data_.test, "c.jpg", encode(".jpg", scene(9)));
  const auto survey = survey_pictures(data_, {.threads = 2});
  ASSERT_EQ(survey.alike.size(), 2U);
  EXPECT_THAT(names(survey, {survey.alike[0].first, survey.alike[0].second}),
              ElementsAre("b.jpg", "b_smaller.jpg"));
  EXPECT_TRUE(survey.alike[0].across_splits);
  EXPECT_TRUE(survey.alike[0].other_labels);
  EXPECT_FALSE(survey.alike[1].across_splits);
  EXPECT_GE(survey.alike[1].correlation, kLookBounds.back().least_correlation);
  EXPECT_EQ(survey.leaked, 1);
  EXPECT_THAT(survey.equal, IsEmpty());
}

TEST_F(Pictures, OfOneColourAreComparedWithNone) {
  add(data_.train, "white.png", encode(".png", cv::Mat(64, 64, CV_8UC3, cv::Scalar(255, 255, 255))));
  add(data_.test, "grey.png", encode(".png", cv::Mat(64, 64, CV_8UC3, cv::Scalar(99, 99, 99))));
  const auto survey = survey_pictures(data_, {});
  EXPECT_EQ(survey.plain.size(), 2U);
  EXPECT_THAT(survey.alike, IsEmpty());
  EXPECT_THAT(survey.unreadable, IsEmpty());
}

TEST_F(Pictures, AreAllLookedAtOnAnyNumberOfThreads) {
  for (int i = 0; i < 20; ++i)
    add(data_.train, std::to_string(i) + ".png", encode(".png", scene(i)));
  for (const std::size_t threads : {1, 3, 50}) {
    int steps = 0;
    const auto survey = survey_pictures(data_, {.threads = threads, .step = [&] { ++steps; }});
    EXPECT_EQ(steps, 20);
    EXPECT_EQ(survey.pictures[13].facts.bytes, std::filesystem::file_size(folder_ / "13.png"));
  }
}

TEST_F(Pictures, AreLeftWhenAStopIsAskedFor) {
  for (int i = 0; i < 20; ++i)
    add(data_.train, std::to_string(i) + ".png", encode(".png", scene(i)));
  const tagloom::testing::StopNote note;
  int steps = 0;
  EXPECT_THROW((void)survey_pictures(data_, {.step = [&] { ++steps; }}), Interrupted);
  EXPECT_EQ(steps, 0);
}

}  // namespace
}  // namespace tagloom::datasets
