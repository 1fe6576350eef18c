/// What a file says about its pixels besides their numbers: which side is up, what shines through, what is
/// white.

#include "picture_bytes.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include <filesystem>

namespace tagloom::datasets {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr DecodeOptions kAsStored{.as_stored = true};

/// Half red, a quarter green, and blue at the lower right.
cv::Mat corners() {
  cv::Mat image(16, 32, CV_8UC3, cv::Scalar(0, 0, 255));
  image(cv::Rect(16, 0, 16, 8)) = cv::Scalar(0, 255, 0);
  image(cv::Rect(16, 8, 16, 8)) = cv::Scalar(255, 0, 0);
  return image;
}

cv::Mat turned(const cv::Mat& image, int orientation) {
  cv::Mat result = image.clone();
  if (orientation >= 5) cv::transpose(image, result);
  // Across for 2 and 6, both ways for 3 and 7, up and down for 4 and 8.
  if (orientation == 2 || orientation == 6) cv::flip(result.clone(), result, 1);
  if (orientation == 3 || orientation == 7) cv::flip(result.clone(), result, -1);
  if (orientation == 4 || orientation == 8) cv::flip(result.clone(), result, 0);
  return result;
}

TEST(PixelsAsSeen, AJpegIsTurnedAsItsExifBlockSays) {
  const auto plain = encode(".jpg", corners(), {cv::IMWRITE_JPEG_QUALITY, 100});
  const cv::Mat as_it_is = decode_image(plain, "plain").rgb;
  for (int orientation = 1; orientation <= 8; ++orientation)
    for (const bool big_endian : {false, true}) {
      const auto file =
          with_exif(plain, orientation_block(static_cast<unsigned char>(orientation), big_endian));
      const cv::Mat seen = decode_image(file, "x").rgb;
      const cv::Mat expected = turned(as_it_is, orientation);
      ASSERT_EQ(seen.size(), expected.size()) << orientation;
      EXPECT_EQ(cv::norm(seen, expected), 0.0) << orientation;
      EXPECT_EQ(cv::norm(decode_image(file, "x", kAsStored).rgb, as_it_is), 0.0) << orientation;
    }
}

TEST(PixelsAsSeen, AnOrientationThatIsNoneTurnsNothing) {
  const auto plain = encode(".jpg", corners());
  for (const int orientation : {0, 9, 255})
    EXPECT_EQ(decode_image(with_exif(plain, orientation_block(static_cast<unsigned char>(orientation))), "x")
                  .rgb.size(),
              cv::Size(32, 16));
  EXPECT_EQ(decode_image(with_exif(plain, {'I', 'I', 42, 0, 200, 0, 0, 0}), "x").rgb.size(),
            cv::Size(32, 16));
}

TEST(PixelsAsSeen, APngIsTurnedAsItsExifChunkSays) {
  const auto block = orientation_block(6);
  const auto file = inserted(encode(".png", corners()), kBehindPngHeader,
                             png_chunk("eXIf", {reinterpret_cast<const char*>(block.data()), block.size()}));
  EXPECT_EQ(decode_image(file, "x").rgb.size(), cv::Size(16, 32));
  EXPECT_EQ(decode_image(file, "x", kAsStored).rgb.size(), cv::Size(32, 16));
}

TEST(PixelsAsSeen, WhatIsTransparentIsWhite) {
  // Blue, green, red, alpha.
  cv::Mat image(4, 4, CV_8UC4, cv::Scalar(10, 20, 30, 0));
  image.at<cv::Vec4b>(0, 1) = {10, 20, 30, 255};
  image.at<cv::Vec4b>(0, 2) = {0, 100, 200, 128};
  for (const char* extension : {".png", ".webp"}) {
    const auto file = encode(extension, image, {cv::IMWRITE_WEBP_QUALITY, 101});
    const cv::Mat seen = decode_image(file, extension).rgb;
    EXPECT_EQ(seen.type(), CV_8UC3);
    EXPECT_EQ(seen.at<cv::Vec3b>(0, 0), cv::Vec3b(255, 255, 255)) << extension;
    EXPECT_EQ(seen.at<cv::Vec3b>(0, 1), cv::Vec3b(30, 20, 10)) << extension;
    EXPECT_EQ(seen.at<cv::Vec3b>(0, 2), cv::Vec3b(227, 177, 127)) << extension;
    EXPECT_EQ(decode_image(file, extension, kAsStored).rgb.at<cv::Vec3b>(0, 2), cv::Vec3b(200, 100, 0));
  }
}

TEST(PixelsAsSeen, SixteenBitsAreRoundedToEight) {
  cv::Mat image(1, 4, CV_16UC1);
  image.at<std::uint16_t>(0, 0) = 0;
  image.at<std::uint16_t>(0, 1) = 128;    // 0.498 of 255
  image.at<std::uint16_t>(0, 2) = 129;    // 0.502
  image.at<std::uint16_t>(0, 3) = 65407;  // 254.502
  for (const char* extension : {".png", ".tif", ".pgm"}) {
    const cv::Mat seen = decode_image(encode(extension, image), extension).rgb;
    EXPECT_EQ(seen.at<cv::Vec3b>(0, 0)[0], 0) << extension;
    EXPECT_EQ(seen.at<cv::Vec3b>(0, 1)[0], 0) << extension;
    EXPECT_EQ(seen.at<cv::Vec3b>(0, 2)[0], 1) << extension;
    EXPECT_EQ(seen.at<cv::Vec3b>(0, 3)[0], 255) << extension;
  }
  EXPECT_EQ(decode_image(encode(".png", image), "x", kAsStored).rgb.at<cv::Vec3b>(0, 2)[0], 0);
}

TEST(PixelsAsSeen, WhiteOfAPnmIsWhatItsHeaderSays) {
  Bytes file;
  append(file, "P5\n# twelve bits\n2 1\n4095\n");
  append(file, std::string_view("\x0F\xFF\x08\x00", 4));
  const cv::Mat seen = decode_image(file, "x.pgm").rgb;
  EXPECT_EQ(seen.at<cv::Vec3b>(0, 0)[0], 255);
  EXPECT_EQ(seen.at<cv::Vec3b>(0, 1)[0], 128);
}

TEST(PixelsAsStored, AreThoseOfOpenCv) {
  const std::vector<std::pair<const char*, int>> kinds = {
      {".jpg", CV_8UC3},  {".jpg", CV_8UC1},  {".png", CV_8UC1},  {".png", CV_8UC3}, {".png", CV_8UC4},
      {".png", CV_16UC1}, {".png", CV_16UC3}, {".png", CV_16UC4}, {".tif", CV_8UC3}, {".tif", CV_8UC4},
      {".tif", CV_16UC3}, {".webp", CV_8UC3}, {".webp", CV_8UC4}, {".bmp", CV_8UC3}, {".ppm", CV_8UC3},
      {".pgm", CV_16UC1}, {".jp2", CV_8UC3}};
  for (const auto& [extension, type] : kinds) {
    if (!can_encode(extension)) continue;
    auto file = encode(extension, picture(type));
    cv::Mat expected;
    cv::cvtColor(cv::imdecode(cv::Mat(1, static_cast<int>(file.size()), CV_8UC1, file.data()),
                              cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION),
                 expected, cv::COLOR_BGR2RGB);
    EXPECT_EQ(cv::norm(decode_image(file, extension, kAsStored).rgb, expected), 0.0)
        << extension << " " << type;
  }
}

TEST(PixelsAsStored, OfEveryCorel5kPhotographAreThoseOfOpenCvAndThoseSeen) {
  const auto images = testing::shared_file("data/corel5k/images");
  if (images.empty()) GTEST_SKIP() << "Corel-5k is not here";
  for (const auto& entry : std::filesystem::directory_iterator(images)) {
    cv::Mat expected;
    cv::cvtColor(cv::imread(entry.path().string(), cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION),
                 expected, cv::COLOR_BGR2RGB);
    ASSERT_EQ(cv::norm(load_image(entry.path(), kAsStored).rgb, expected), 0.0) << entry.path();
    ASSERT_EQ(cv::norm(read_image(entry.path()), expected), 0.0) << entry.path();
  }
}

TEST(SeveralPictures, OfATiffTheFirstIsTakenAndThatIsTold) {
  const testing::TemporaryFolder folder;
  ASSERT_TRUE(cv::imwritemulti(folder / "pages.tif", std::vector<cv::Mat>{picture(), corners()}));
  const auto image = load_image(folder / "pages.tif");
  EXPECT_TRUE(image.first_of_several);
  EXPECT_EQ(image.rgb.size(), cv::Size(64, 48));
  EXPECT_FALSE(decode_image(encode(".tif", picture()), "one.tif").first_of_several);
}

TEST(SeveralPictures, AnAnimatedWebpIsCalledOne) {
  // VP8X with the animation's flag, and ANIM; libwebp asks for no more.
  Bytes file;
  append(file,
         std::string_view(
             "RIFF\x24\0\0\0WEBPVP8X\x0A\0\0\0\x02\0\0\0\x07\0\0\x07\0\0ANIM\x06\0\0\0\0\0\0\0\0\0", 44));
  EXPECT_THAT([&] { (void)decode_image(file, "x.webp"); },
              ThrowsMessage<DataError>(HasSubstr("x.webp is an animated WebP")));
}

TEST(SeveralPictures, AFormatThatIsNotReadIsNamed) {
  Bytes gif;
  append(gif, "GIF89a and whatever follows");
  EXPECT_THAT([&] { (void)decode_image(gif, "x.gif"); },
              ThrowsMessage<DataError>(HasSubstr("x.gif is of the format GIF, which is not read")));
}

}  // namespace
}  // namespace tagloom::datasets
