#include "support/files.hpp"

#include <tagloom/datasets/image.hpp>
#include <tagloom/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

namespace tagloom::datasets {
namespace {

using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;
using ::testing::HasSubstr;

/// A picture with detail everywhere, so that compressed data fills the file to its end. Blue, green, red.
cv::Mat picture(int type = CV_8UC3) {
  cv::Mat image(48, 64, type);
  for (int row = 0; row < image.rows; ++row) {
    for (int column = 0; column < image.cols * image.channels(); ++column) {
      image.ptr(row)[column] = static_cast<unsigned char>((row * 37 + column * 11) % 256);
    }
  }
  return image;
}

std::vector<std::byte> encode(const std::string& extension, const cv::Mat& image,
                              const std::vector<int>& options = {}) {
  std::vector<unsigned char> bytes;
  cv::imencode(extension, image, bytes, options);
  std::vector<std::byte> result;
  for (const auto byte : bytes)
    result.push_back(std::byte{byte});
  return result;
}

std::vector<std::byte> prefix(const std::vector<std::byte>& bytes, std::size_t length) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)};
}

/// Inserts an EXIF segment after the JPEG's first marker, with the given content.
std::vector<std::byte> with_exif(std::vector<std::byte> jpeg, const std::vector<unsigned char>& content) {
  std::vector<unsigned char> segment = {
      0xFF, 0xE1, 0, static_cast<unsigned char>(content.size() + 8), 'E', 'x', 'i', 'f', 0, 0};
  segment.insert(segment.end(), content.begin(), content.end());
  for (std::size_t i = 0; i < segment.size(); ++i) {
    jpeg.insert(jpeg.begin() + 2 + static_cast<std::ptrdiff_t>(i), std::byte{segment[i]});
  }
  return jpeg;
}

void expect_error(const std::vector<std::byte>& bytes, const char* sentence) {
  try {
    (void)decode_image(bytes, "x.jpg");
    FAIL() << "decoded without an error";
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr(sentence));
    EXPECT_THAT(error.what(), HasSubstr("x.jpg"));
  }
}

TEST(Image, IsRgb) {
  const cv::Mat red(4, 4, CV_8UC3, cv::Scalar(0, 0, 255));
  const auto rgb = decode_image(encode(".png", red), "red");
  EXPECT_EQ(rgb.type(), CV_8UC3);
  EXPECT_EQ(rgb.at<cv::Vec3b>(1, 1), cv::Vec3b(255, 0, 0));
}

TEST(Image, GreyscaleIsRepeatedAndAlphaDropped) {
  const auto grey = decode_image(encode(".png", cv::Mat(4, 4, CV_8UC1, cv::Scalar(90))), "grey");
  EXPECT_EQ(grey.type(), CV_8UC3);
  EXPECT_EQ(grey.at<cv::Vec3b>(0, 0), cv::Vec3b(90, 90, 90));
  const auto alpha = decode_image(encode(".png", cv::Mat(4, 4, CV_8UC4, cv::Scalar(10, 20, 30, 0))), "alpha");
  EXPECT_EQ(alpha.type(), CV_8UC3);
  EXPECT_EQ(alpha.at<cv::Vec3b>(0, 0), cv::Vec3b(30, 20, 10));
}

TEST(Image, ExifOrientationIsIgnored) {
  // One entry: tag 0x0112 (orientation), short, value 6 (turn right).
  const auto turned = with_exif(encode(".jpg", picture()), {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3,
                                                            0,   1,   0,  0, 0, 6, 0, 0, 0, 0, 0,    0, 0});
  EXPECT_EQ(decode_image(turned, "turned").size(), cv::Size(64, 48));
}

TEST(Image, TruncatedJpegIsRefusedWhereverItEnds) {
  const auto whole = encode(".jpg", picture());
  EXPECT_NO_THROW((void)decode_image(whole, "whole"));
  for (std::size_t length = 4; length < whole.size(); ++length) {
    EXPECT_THROW((void)decode_image(prefix(whole, length), "x"), DataError)
        << length << " of " << whole.size();
  }
  expect_error(prefix(whole, whole.size() / 2), "cut short");
}

TEST(Image, TruncatedProgressiveJpegIsRefused) {
  const auto whole =
      encode(".jpg", picture(), {cv::IMWRITE_JPEG_PROGRESSIVE, 1, cv::IMWRITE_JPEG_RST_INTERVAL, 2});
  EXPECT_NO_THROW((void)decode_image(whole, "whole"));
  for (std::size_t length = 4; length < whole.size(); length += 7)
    expect_error(prefix(whole, length), "cut short");
}

TEST(Image, AnEndMarkerInsideAThumbnailDoesNotCount) {
  const auto whole = with_exif(encode(".jpg", picture()), {0xFF, 0xD8, 0xFF, 0xDA, 0x00, 0xFF, 0xD9, 0});
  EXPECT_NO_THROW((void)decode_image(whole, "whole"));
  expect_error(prefix(whole, whole.size() - 2), "cut short");
}

TEST(Image, BytesAfterTheEndAreHarmless) {
  auto jpeg = encode(".jpg", picture());
  jpeg.resize(jpeg.size() + 100);
  EXPECT_NO_THROW((void)decode_image(jpeg, "padded"));
}

TEST(Image, TruncatedPngIsRefusedWhereverItEnds) {
  const auto whole = encode(".png", picture());
  for (std::size_t length = 8; length < whole.size(); ++length)
    expect_error(prefix(whole, length), "cut short");
}

TEST(Image, DamagedPngIsRefused) {
  auto bytes = encode(".png", picture());
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 40; ++i)
    bytes[i] ^= std::byte{0x5A};
  expect_error(bytes, "damaged");
}

TEST(Image, EmptyFilesAndOtherFilesAreRefused) {
  expect_error({}, "empty file");
  expect_error(std::vector<std::byte>(300, std::byte{'a'}), "not an image");
}

TEST(Image, IsReadAndHashedFromDisk) {
  const TemporaryFolder folder;
  cv::imwrite((folder / "a.png").string(), picture());
  cv::imwrite((folder / "b.png").string(), picture());
  cv::imwrite((folder / "c.png").string(), 255 - picture());
  const auto a = load_image(folder / "a.png");
  EXPECT_EQ(a.hash.size(), 32U);
  EXPECT_EQ(a.hash, load_image(folder / "b.png").hash);
  EXPECT_NE(a.hash, load_image(folder / "c.png").hash);
  EXPECT_EQ(cv::norm(a.rgb, read_image(folder / "a.png")), 0.0);
}

TEST(Image, AMissingFileOrAFolderIsNamed) {
  const TemporaryFolder folder;
  EXPECT_THROW((void)read_image(folder / "absent.jpg"), DataError);
  EXPECT_THROW((void)read_image(folder.path()), DataError);
  write_text(folder / "empty.jpg", "");
  try {
    (void)read_image(folder / "empty.jpg");
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("empty.jpg"));
  }
}

}  // namespace
}  // namespace tagloom::datasets
