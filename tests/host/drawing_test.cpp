#include "annotation/pictures/attention_overlay.hpp"
#include "annotation/pictures/contact_sheet.hpp"
#include "annotation/pictures/draw.hpp"
#include "annotation/pictures/looks.hpp"
#include "letters.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace tagloom::annotation::pictures {
namespace {

using ::testing::Contains;
using testing::Letters;
using ::testing::Not;

const drawing::Color kOrange(250, 120, 30);

cv::Mat orange(cv::Size size) {
  return {size, CV_8UC3, kOrange};
}

Annotation annotation_with(int tags) {
  Annotation annotation{.name = "beach/a.jpg"};
  for (int i = 0; i < tags; ++i)
    annotation.tags.push_back({"tag" + std::to_string(i), 0.5F});
  return annotation;
}

void expect_readable(const Letters& letters, cv::Size canvas) {
  const cv::Rect paper({0, 0}, canvas);
  for (std::size_t i = 0; i < letters.written.size(); ++i) {
    const auto& [text, place] = letters.written[i];
    EXPECT_EQ(place & paper, place) << text << " at " << place << " on " << canvas;
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_EQ((place & letters.written[j].place).area(), 0) << text << " over " << letters.written[j].text;
  }
}

TEST(Drawing, HasEveryTagWithItsConfidenceInItsOwnPlace) {
  for (const cv::Size size : {cv::Size(192, 128), cv::Size(1, 1), cv::Size(2000, 20), cv::Size(20, 2000)})
    for (const int tags : {1, 5, 24, 100})
      for (const bool maps : {false, true}) {
        SCOPED_TRACE(::testing::Message() << size << ", " << tags << (maps ? " with maps" : ""));
        const Letters letters;
        Annotation annotation = annotation_with(tags);
        annotation.tags.front().label.assign(500, 'w');
        annotation.tags.front().confidence = 0.97F;
        annotation.name = "n.jpg";
        annotation.name.insert(0, 300, 'n');
        if (maps) annotation.attention = at::rand({tags, 3, 4});
        const cv::Mat drawn =
            draw_annotation(orange(size), annotation, {.typeface = letters, .preprocessing = {.size = 8}});
        expect_readable(letters, drawn.size());
        EXPECT_THAT(letters.texts(), Contains("97 %"));
        EXPECT_THAT(letters.texts(), Contains("50 %").Times(std::min(tags, kMostTags) - 1));
        EXPECT_THAT(letters.texts(), Contains("and 76 more").Times(tags == 100 ? 1 : 0));
      }
}

TEST(Drawing, SaysSoWhereThereIsNoTag) {
  const Letters letters;
  const cv::Mat drawn =
      draw_annotation(orange({192, 128}), annotation_with(0),
                      {.typeface = letters, .preprocessing = {.size = 8}, .no_tags = "no tag above 0.5"});
  EXPECT_THAT(letters.texts(), Contains("no tag above 0.5"));
  EXPECT_THAT(letters.texts(), Contains("beach/a.jpg"));
  EXPECT_EQ(drawn.at<cv::Vec3b>(drawn.rows / 2, 100), kOrange);
}

TEST(Drawing, ShowsNamesFromOutsideAsTextOnly) {
  const Letters letters;
  Annotation annotation = annotation_with(1);
  annotation.tags[0].label = "sky\nsea";
  static_cast<void>(
      draw_annotation(orange({9, 9}), annotation, {.typeface = letters, .preprocessing = {.size = 8}}));
  EXPECT_THAT(letters.texts(), Contains("sky\\nsea"));
}

/// How far the colours of a pixel are apart.
int colorfulness(const cv::Mat& rgb, int y, int x) {
  const auto pixel = rgb.at<cv::Vec3b>(y, x);
  return std::max({pixel[0], pixel[1], pixel[2]}) - std::min({pixel[0], pixel[1], pixel[2]});
}

TEST(AttentionOverlay, IsBrightestWhereTheModelLookedMost) {
  cv::Mat map(3, 4, CV_32F, cv::Scalar(0.01F));
  map.at<float>(2, 3) = 0.5F;
  const cv::Mat drawn = with_attention(orange({400, 300}), map, {0, 0, 400, 300});
  cv::Mat grey;
  cv::cvtColor(drawn, grey, cv::COLOR_RGB2GRAY);
  cv::Point brightest;
  cv::minMaxLoc(grey, nullptr, nullptr, nullptr, &brightest);
  EXPECT_GE(brightest.x, 300);
  EXPECT_GE(brightest.y, 200);
  // Between the centres of two cells the map grows evenly.
  for (int x = 260; x < 340; x += 10)
    EXPECT_LT(grey.at<std::uint8_t>(250, x), grey.at<std::uint8_t>(250, x + 10)) << x;
}

TEST(AttentionOverlay, LeavesWhatTheEncoderDoesNotSeeGrey) {
  const Preprocessing cropped = {.size = 224, .rule = ResizeRule::center_crop, .resize_to = 448};
  const cv::Rect seen = seen_part({400, 200}, cropped);
  EXPECT_EQ(seen, cv::Rect(150, 50, 100, 100));
  const cv::Mat drawn = with_attention(orange({400, 200}), cv::Mat(2, 2, CV_32F, cv::Scalar(0.25F)), seen);
  EXPECT_EQ(colorfulness(drawn, 100, 149), 0);
  EXPECT_GT(colorfulness(drawn, 100, 150), 50);
  EXPECT_EQ(seen_part({1, 1}, cropped), cv::Rect(0, 0, 1, 1));
  EXPECT_EQ(seen_part({400, 200}, {.size = 224}), cv::Rect(0, 0, 400, 200));
}

TEST(AttentionOverlay, OfAMapOfZerosIsTheScalesBeginning) {
  const cv::Mat drawn = with_attention(orange({8, 8}), cv::Mat::zeros(2, 2, CV_32F), {0, 0, 8, 8});
  const cv::Mat scale = attention_scale(100);
  EXPECT_LT(scale.at<cv::Vec3b>(0, 0)[1], 10);
  EXPECT_GT(scale.at<cv::Vec3b>(0, 99)[1], 200);
  EXPECT_LT(drawn.at<cv::Vec3b>(4, 4)[1], drawn.at<cv::Vec3b>(4, 4)[0]);
}

TEST(ContactSheet, HasEveryPictureWithItsTags) {
  std::vector<SheetCell> cells;
  for (std::size_t i = 0; i < kMostOnSheet; ++i) {
    const cv::Mat picture = i % 2 == 0 ? orange({192, 128}) : orange({5, 3000});
    cells.push_back({.thumbnail = thumbnail(picture), .name = std::to_string(i) + ".jpg"});
    cells.back().tags = annotation_with(static_cast<int>(i * i)).tags;
  }
  cells[3].tags.front().label.assign(300, 'w');
  for (const std::size_t count : {1, 2, 5, 24}) {
    const Letters letters;
    const cv::Mat sheet = contact_sheet(std::span(cells).first(count), letters);
    expect_readable(letters, sheet.size());
    for (std::size_t i = 0; i < count; ++i)
      EXPECT_THAT(letters.texts(), Contains(cells[i].name));
    EXPECT_THAT(letters.texts(), Contains("no tag").Times(1));
    EXPECT_LE(sheet.cols, kLongestSide);
  }
}

TEST(ContactSheet, SaysHowManyTagsItLeavesOut) {
  std::vector<SheetCell> cells(1);
  cells[0] = {.thumbnail = thumbnail(orange({3, 2})), .name = "a.jpg", .tags = annotation_with(50).tags};
  const Letters letters;
  static_cast<void>(contact_sheet(cells, letters));
  const auto texts = letters.texts();
  const auto shown = std::ranges::count(texts, "50 %");
  EXPECT_GT(shown, 3);
  EXPECT_THAT(texts, Contains("and " + std::to_string(50 - shown) + " more"));
  cells[0].tags.resize(3);
  const Letters few;
  static_cast<void>(contact_sheet(cells, few));
  EXPECT_THAT(few.texts(), Not(Contains(::testing::HasSubstr("more"))));
}

}  // namespace
}  // namespace tagloom::annotation::pictures
