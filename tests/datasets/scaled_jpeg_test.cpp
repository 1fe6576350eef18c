/// JPEGs that are decoded at a reduced scale.

#include "picture_bytes.hpp"

#include <tagloom/datasets/images/image.hpp>
#include <tagloom/datasets/images/preprocess.hpp>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cstdint>

namespace tagloom::datasets {
namespace {

cv::Size size_of(const Bytes& file, std::int64_t sufficient_side) {
  return decode_image(file, "x", {.sufficient_side = sufficient_side}).rgb.size();
}

/// Shapes of all sizes, as photographs have them.
cv::Mat shapes(cv::Size size) {
  cv::Mat image(size, CV_8UC3, cv::Scalar(200, 160, 90));
  cv::RNG random(1);
  const int most = std::min(size.width, size.height) / 4;
  for (int i = 0; i < 60; ++i)
    cv::circle(
        image, {random.uniform(0, size.width), random.uniform(0, size.height)}, random.uniform(4, most),
        cv::Scalar(random.uniform(0, 256), random.uniform(0, 256), random.uniform(0, 256)), -1, cv::LINE_AA);
  return image;
}

TEST(ScaledJpeg, IsHalvedAsOftenAsBothSidesStaySufficient) {
  const Bytes jpeg = encode(".jpg", picture(CV_8UC3, {640, 480}));
  EXPECT_EQ(size_of(jpeg, 0), cv::Size(640, 480));
  EXPECT_EQ(size_of(jpeg, 481), cv::Size(640, 480)) << "it is not enlarged";
  EXPECT_EQ(size_of(jpeg, 241), cv::Size(640, 480));
  EXPECT_EQ(size_of(jpeg, 240), cv::Size(320, 240));
  EXPECT_EQ(size_of(jpeg, 120), cv::Size(160, 120));
  EXPECT_EQ(size_of(jpeg, 60), cv::Size(80, 60));
  EXPECT_EQ(size_of(jpeg, 1), cv::Size(80, 60));
}

TEST(ScaledJpeg, OfAnySizeKeepsASufficientShorterSide) {
  for (int side = 100; side < 140; ++side) {
    const Bytes jpeg = encode(".jpg", picture(CV_8UC3, {side, 3 * side}));
    for (const int sufficient : {12, 16, 25, 33, 50, 60, 99, 139})
      EXPECT_GE(size_of(jpeg, sufficient).width, std::min(side, sufficient)) << side << " " << sufficient;
  }
}

TEST(ScaledJpeg, ThatIsNotMuchLargerThanTheTargetHasTheSamePixelsAsBefore) {
  const Bytes jpeg = encode(".jpg", picture(CV_8UC3, {384, 256}));
  const std::int64_t side = sufficient_side({.size = 448});
  EXPECT_EQ(cv::norm(decode_image(jpeg, "x", {.sufficient_side = side}).rgb, decode_image(jpeg, "x").rgb), 0);
}

TEST(ScaledJpeg, IsPreparedAsInFullUpToATolerance) {
  for (const Preprocessing& preprocessing :
       {Preprocessing{.size = 64},
        Preprocessing{.size = 48, .rule = ResizeRule::center_crop, .resize_to = 64}}) {
    const auto input = [&](const Bytes& file, std::int64_t side) {
      const cv::Mat rgb = decode_image(file, "x", {.sufficient_side = side}).rgb.clone();
      return to_input(at::from_blob(rgb.data, {rgb.rows, rgb.cols, 3}, at::kByte), preprocessing);
    };
    for (const int progressive : {0, 1}) {
      const Bytes jpeg = encode(".jpg", shapes({1024, 768}), {cv::IMWRITE_JPEG_PROGRESSIVE, progressive});
      const at::Tensor difference =
          (input(jpeg, sufficient_side(preprocessing)) - input(jpeg, 0)).abs() * 255;
      EXPECT_LT(difference.mean().item<float>(), 1.0F);
      EXPECT_GT(difference.max().item<float>(), 0.0F) << "it was not scaled";
    }
  }
}

TEST(ScaledJpeg, OfOneColourIsScaledToo) {
  EXPECT_EQ(size_of(encode(".jpg", picture(CV_8UC1, {640, 480})), 120), cv::Size(160, 120));
}

TEST(ScaledJpeg, PicturesOfOtherFormatsAreNot) {
  EXPECT_EQ(size_of(encode(".png", picture(CV_8UC3, {640, 480})), 120), cv::Size(640, 480));
}

}  // namespace
}  // namespace tagloom::datasets
