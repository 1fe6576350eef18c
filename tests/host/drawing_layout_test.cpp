#include "annotation/pictures/contact_sheet.hpp"
#include "annotation/pictures/layout.hpp"
#include "annotation/pictures/looks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include <cmath>

namespace tagloom::annotation::pictures {
namespace {

const std::vector<cv::Size> kPictures = {{192, 128},  {128, 192},  {1, 1},     {4000, 3000},   {3000, 4000},
                                         {20000, 10}, {10, 20000}, {640, 640}, {13000, 13000}, {1, 300}};

void expect_fits(const Page& page, cv::Size picture, int tags) {
  SCOPED_TRACE(::testing::Message() << picture << " with " << tags << " tags on " << page.canvas);
  EXPECT_LE(page.canvas.width, kLongestSide);
  EXPECT_LE(page.canvas.height, kLongestSide);
  EXPECT_EQ(page.lines.size(), static_cast<std::size_t>(tags));
  std::vector<cv::Rect> all = page.pictures;
  all.insert(all.end(), page.lines.begin(), page.lines.end());
  all.push_back(page.title);
  if (page.footer.area() > 0) all.push_back(page.footer);
  const cv::Rect paper({0, 0}, page.canvas);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i] & paper, all[i]);
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_EQ((all[i] & all[j]).area(), 0) << all[i] << " and " << all[j];
  }
  for (const cv::Rect& line : page.lines)
    EXPECT_GE(line.width, 200);
}

/// Within half a pixel, unless it would have vanished.
void expect_keeps_shape(cv::Size picture, cv::Size shown) {
  const double scale = std::max(static_cast<double>(shown.width) / picture.width,
                                static_cast<double>(shown.height) / picture.height);
  EXPECT_NEAR(shown.width, std::max(1.0, picture.width * scale),
              picture.width / static_cast<double>(picture.height) + 1);
  EXPECT_NEAR(shown.height, std::max(1.0, picture.height * scale),
              picture.height / static_cast<double>(picture.width) + 1);
}

TEST(DrawingLayout, KeepsEverythingOnThePaperAndApart) {
  for (const cv::Size picture : kPictures)
    for (const int tags : {0, 1, 2, 3, 4, 5, 7, 11, 16, kMostTags}) {
      expect_fits(list_page(picture, tags, false), picture, tags);
      expect_fits(list_page(picture, tags, true), picture, tags);
      const Page panels = panels_page(picture, tags);
      expect_fits(panels, picture, tags);
      EXPECT_EQ(panels.pictures.size(), static_cast<std::size_t>(tags) + 1);
      expect_keeps_shape(picture, panels.pictures.front().size());
      expect_keeps_shape(picture, list_page(picture, tags, false).pictures.front().size());
    }
}

TEST(DrawingLayout, ShowsCorel5kEnlarged) {
  const Page page = panels_page({192, 128}, 5);
  EXPECT_EQ(page.pictures.front().size(), cv::Size(360, 240));
  EXPECT_GT(page.canvas.width, page.canvas.height);
  EXPECT_GT(list_page({192, 128}, 5, false).pictures.front().width, 3 * 192);
}

TEST(DrawingLayout, PutsFourPanelsTwoByTwo) {
  const Page page = panels_page({300, 300}, 3);
  EXPECT_EQ(page.pictures[0].y, page.pictures[1].y);
  EXPECT_EQ(page.pictures[2].y, page.pictures[3].y);
  EXPECT_LT(page.pictures[1].y, page.pictures[2].y);
}

TEST(DrawingLayout, FlowsTagsOverLinesUntilTheLastIsFull) {
  const std::vector<int> widths = {40, 50, 30, 100, 10};
  const auto places = flowed(widths, 100, 3);
  ASSERT_EQ(places.size(), 4U);
  EXPECT_EQ(places[0].tl(), cv::Point(0, 0));
  EXPECT_EQ(places[1].y, 0);
  EXPECT_EQ(places[2].x, 0);
  EXPECT_GT(places[2].y, places[1].br().y);
  EXPECT_GT(places[3].y, places[2].br().y);
  // One that is wider than a line has a line for itself.
  EXPECT_EQ(flowed(std::vector{120, 10}, 100, 3).size(), 2U);
}

}  // namespace
}  // namespace tagloom::annotation::pictures
