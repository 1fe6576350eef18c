/// Which pictures look alike: on drawn scenes, as they come from other programs, and as they do not.

#include "picture_bytes.hpp"
#include "support/files.hpp"

#include <tagloom/base/random.hpp>
#include <tagloom/datasets/demo.hpp>
#include <tagloom/datasets/images/image.hpp>
#include <tagloom/datasets/survey/look.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <vector>

namespace tagloom::datasets {
namespace {

using ::testing::IsEmpty;

/// The first pictures of the demo set, red green blue: backdrops that repeat, with small things before them.
std::vector<cv::Mat> scenes() {
  const testing::TemporaryFolder folder;
  write_demo(folder / "demo", {.images = 120});
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "demo/images"))
    files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<cv::Mat> pictures;
  for (const auto& file : files)
    pictures.push_back(read_image(file));
  return pictures;
}

cv::Mat saved(const cv::Mat& rgb, int quality) {
  cv::Mat bgr;
  cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
  return decode_image(encode(".jpg", bgr, {cv::IMWRITE_JPEG_QUALITY, quality}), "copy",
                      {.sufficient_side = 64})
      .rgb;
}

cv::Mat resized(const cv::Mat& rgb, double times) {
  cv::Mat result;
  cv::resize(rgb, result, {}, times, times, times < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return result;
}

bool alike(const cv::Mat& one, const cv::Mat& other) {
  const std::vector<std::optional<Look>> looks = {look_of(one), look_of(other)};
  return !look_pairs(looks).empty();
}

TEST(Look, OfACopyInAnotherQualitySizeOrColourIsTheSame) {
  const std::vector<std::pair<const char*, std::function<cv::Mat(const cv::Mat&)>>> copies = {
      {"quality 75", [](const cv::Mat& rgb) { return saved(rgb, 75); }},
      {"two thirds", [](const cv::Mat& rgb) { return saved(resized(rgb, 2.0 / 3), 85); }},
      {"twice as large", [](const cv::Mat& rgb) { return saved(resized(rgb, 2), 85); }},
      {"brighter",
       [](const cv::Mat& rgb) {
         cv::Mat brighter;
         rgb.convertTo(brighter, -1, 0.8, 40);
         return saved(brighter, 85);
       }},
      {"grey", [](const cv::Mat& rgb) {
         cv::Mat grey;
         cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
         cv::cvtColor(grey, grey, cv::COLOR_GRAY2RGB);
         return saved(grey, 85);
       }}};
  const auto pictures = scenes();
  for (const auto& [name, copy] : copies) {
    int found = 0;
    for (const cv::Mat& rgb : pictures)
      if (alike(rgb, copy(rgb))) ++found;
    EXPECT_GE(found, 118) << name << ", of " << pictures.size();
  }
}

TEST(Look, OfScenesOnTheSameBackdropIsAnother) {
  std::vector<std::optional<Look>> looks;
  int correlated = 0;
  for (const cv::Mat& rgb : scenes())
    looks.push_back(look_of(rgb));
  for (std::size_t i = 0; i < looks.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (correlation(*looks[i], *looks[j]) >= kLookBounds.front().least_correlation) ++correlated;
  EXPECT_THAT(look_pairs(looks), IsEmpty());
  // Thumbnails alone would have taken some for copies.
  EXPECT_GT(correlated, 0);
}

TEST(Look, OfAMirroredOrTurnedPictureIsAnother) {
  const cv::Mat rgb = scenes().front();
  cv::Mat other;
  cv::flip(rgb, other, 1);
  EXPECT_FALSE(alike(rgb, other));
  cv::rotate(rgb, other, cv::ROTATE_180);
  EXPECT_FALSE(alike(rgb, other));
}

TEST(Look, APictureOfOneColourHasNone) {
  cv::Mat paper(60, 80, CV_8UC3, cv::Scalar(250, 250, 250));
  EXPECT_EQ(look_of(paper), std::nullopt);
  Random random(1);
  for (auto& value : cv::Mat_<cv::Vec3b>(paper))
    value[0] = static_cast<unsigned char>(248 + random.index(4));
  EXPECT_EQ(look_of(paper), std::nullopt);
  cv::rectangle(paper, {20, 20, 30, 30}, {0, 0, 0}, cv::FILLED);
  EXPECT_NE(look_of(paper), std::nullopt);
  EXPECT_NE(look_of(cv::Mat(1, 2, CV_8UC3, cv::Scalar(1, 2, 3))).has_value(), true);
}

TEST(Look, PairsAreTheSameOnAnyNumberOfThreads) {
  std::vector<std::optional<Look>> looks;
  for (const cv::Mat& rgb : scenes())
    for (const int quality : {95, 80, 60})
      looks.push_back(look_of(saved(rgb, quality)));
  looks[7].reset();
  const auto pairs = look_pairs(looks);
  EXPECT_GE(pairs.size(), 350U);
  for (const std::size_t threads : {2, 3, 1000}) {
    const auto others = look_pairs(looks, threads);
    ASSERT_EQ(others.size(), pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      EXPECT_EQ(others[i].first, pairs[i].first);
      EXPECT_EQ(others[i].second, pairs[i].second);
      EXPECT_EQ(others[i].correlation, pairs[i].correlation);
    }
  }
  for (const LookPair& pair : pairs) {
    EXPECT_LT(pair.first, pair.second);
    EXPECT_EQ(pair.first / 3, pair.second / 3);
    EXPECT_NE(pair.first, 7U);
    EXPECT_EQ(pair.different_places, different_places(*looks[pair.first], *looks[pair.second]));
  }
}

TEST(Look, OfManyThatAreAlikeEachHasTheFirstAndAFewPairs) {
  const std::vector<std::optional<Look>> looks(1000, look_of(scenes().front()));
  const auto pairs = look_pairs(looks);
  EXPECT_LE(pairs.size(), looks.size() * (kMostPairsOfOne + 1));
  EXPECT_EQ(std::ranges::count(pairs, std::size_t{0}, &LookPair::first), 999);
  EXPECT_EQ(std::ranges::count(pairs, std::size_t{500}, &LookPair::first), 100);
  const auto others = look_pairs(looks, 3);
  EXPECT_TRUE(std::ranges::equal(pairs, others, [](const LookPair& one, const LookPair& other) {
    return one.first == other.first && one.second == other.second;
  }));
}

TEST(Look, OfNoPicturesThereAreNoPairs) {
  EXPECT_THAT(look_pairs({}), IsEmpty());
  EXPECT_THAT(look_pairs({}, 4), IsEmpty());
}

}  // namespace
}  // namespace tagloom::datasets
