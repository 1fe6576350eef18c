#include "annotation/pictures/looks.hpp"
#include "annotation/pictures/wording.hpp"
#include "drawing/fitted_text.hpp"
#include "letters.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include <cmath>
#include <limits>

namespace tagloom::annotation::pictures {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(DrawingWords, PercentNeverClaimsCertainty) {
  EXPECT_EQ(percent(0.5F), "50 %");
  EXPECT_EQ(percent(0.966F), "97 %");
  EXPECT_EQ(percent(0.004F), "<1 %");
  EXPECT_EQ(percent(0), "<1 %");
  EXPECT_EQ(percent(0.9951F), ">99 %");
  EXPECT_EQ(percent(1), ">99 %");
  EXPECT_EQ(percent(std::numeric_limits<float>::quiet_NaN()), "\u2013");
}

TEST(DrawingWords, AreCutBetweenCharactersOnlyWhereTheyMustBe) {
  const testing::Letters letters;
  EXPECT_EQ(fitted("sky", 30, 20, letters), "sky");
  EXPECT_EQ(fitted("mountain", 60, 20, letters), "mou\u2026");
  EXPECT_EQ(fitted("a/b/mountain.jpg", 70, 20, letters, drawing::Cut::beginning), "\u2026.jpg");
  EXPECT_EQ(fitted("sky", 0, 20, letters), "\u2026");
  EXPECT_EQ(fitted("", 0, 20, letters), "");
  const std::string umlauts = "\u00e4\u00e4\u00e4\u00e4\u00e4";
  for (int width = 30; width < 100; ++width)
    for (const drawing::Cut cut : {drawing::Cut::end, drawing::Cut::beginning}) {
      const std::string text = fitted(umlauts, width, 20, letters, cut);
      EXPECT_TRUE(is_utf8(text)) << width;
      EXPECT_LE(letters.width(text, 20), width);
    }
}

TEST(DrawingWords, OfAnyScriptHaveAWidth) {
  const auto typeface = drawing::open_typeface({});
  EXPECT_GT(typeface->width("sky", kLabelSize), 10);
  EXPECT_GT(typeface->width("\u00c4gypten", kLabelSize), typeface->width("\u00c4gypte", kLabelSize));
  EXPECT_LE(typeface->width("", kLabelSize), 1);
  cv::Mat paper(40, 200, CV_8UC3, kPaper);
  typeface->draw(paper, "\u00c4gypten, \xff", {4, 24}, kLabelSize, kInk);
  EXPECT_GT(cv::countNonZero(paper.reshape(1) != 255), 100);
}

TEST(DrawingWords, AFontThatIsNoneIsNamed) {
  const tagloom::testing::TemporaryFolder folder;
  tagloom::testing::write_text(folder / "text.ttf", "no font");
  for (const auto& font : {folder / "text.ttf", folder / "missing.ttf", folder.path()})
    EXPECT_THAT([&] { static_cast<void>(drawing::open_typeface(font)); },
                ::testing::ThrowsMessage<UsageError>(AllOf(HasSubstr("--font"), EndsWith("."))));
}

double luminance(drawing::Color color) {
  const auto linear = [](double value) {
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(color[0] / 255.0) + 0.7152 * linear(color[1] / 255.0) +
         0.0722 * linear(color[2] / 255.0);
}

/// WCAG 2.1's.
double contrast(drawing::Color one, drawing::Color other) {
  const auto [darker, lighter] = std::minmax({luminance(one), luminance(other)});
  return (lighter + 0.05) / (darker + 0.05);
}

TEST(DrawingWords, StandOutFromTheirGround) {
  EXPECT_GE(contrast(kInk, kPaper), 7);
  EXPECT_GE(contrast(kFaintInk, kPaper), 7);
  EXPECT_GE(contrast(kInk, kChip), 7);
  EXPECT_GE(contrast(kFaintInk, kChip), 4.5);
  EXPECT_GE(contrast(kBar, kBarGround), 3);
  EXPECT_GE(contrast(kBar, kPaper), 3);
}

}  // namespace
}  // namespace tagloom::annotation::pictures
