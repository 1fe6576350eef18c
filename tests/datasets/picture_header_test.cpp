/// What stands in the headers of pictures that few programs write, and decides how they are seen.

#include "picture_bytes.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include <array>
#include <zlib.h>

namespace tagloom::datasets {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr DecodeOptions kStored{.as_stored = true};

void append_little_endian(Bytes& bytes, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8)
    bytes.push_back(static_cast<std::byte>(value >> static_cast<unsigned>(shift)));
}

/// 2 x 1 pixels of 32 bits, with masks for red, green, blue and alpha behind the oldest header or within a
/// newer, longer one; three masks in one of up to 52 bytes.
Bytes bmp(std::uint32_t header_bytes, const std::array<std::uint32_t, 4>& masks, std::uint32_t pixel) {
  constexpr std::uint32_t kOldest = 40;
  Bytes header;
  for (const std::uint32_t field : {header_bytes, 2U, 1U, 32U << 16U | 1U, 3U, 0U, 0U, 0U, 0U, 0U})
    append_little_endian(header, field);
  for (const std::uint32_t mask : masks)
    append_little_endian(header, mask);
  header.resize(header_bytes == kOldest ? kOldest + 12 : header_bytes);
  const auto offset = static_cast<std::uint32_t>(14 + header.size());
  Bytes file;
  append(file, "BM");
  for (const std::uint32_t field : {offset + 8, 0U, offset})
    append_little_endian(file, field);
  file.insert(file.end(), header.begin(), header.end());
  for (int copy = 0; copy < 2; ++copy)
    append_little_endian(file, pixel);
  return file;
}

cv::Vec3b first_pixel(const Bytes& file, const DecodeOptions& options = {}) {
  return decode_image(file, "x", options).rgb.at<cv::Vec3b>(0, 0);
}

TEST(PixelsAsSeen, ABmpWithoutAMaskForAlphaIsOpaque) {
  const std::array<std::uint32_t, 4> no_alpha = {0xFF0000, 0xFF00, 0xFF, 0};
  for (const std::uint32_t header_bytes : {40, 52, 56, 108, 124})
    EXPECT_EQ(first_pixel(bmp(header_bytes, no_alpha, 0x00C86432)), cv::Vec3b(200, 100, 50)) << header_bytes;
  const std::array<std::uint32_t, 4> alpha = {0xFF0000, 0xFF00, 0xFF, 0xFF000000};
  EXPECT_EQ(first_pixel(bmp(124, alpha, 0x00C86432)), cv::Vec3b(255, 255, 255));
}

TEST(PixelsAsSeen, ABmpWhoseColoursWouldBeMixedUpIsRefusedAndTakenAsStored) {
  const Bytes reversed = bmp(40, {0xFF, 0xFF00, 0xFF0000, 0}, 0x00C86432);
  const Bytes ten_bits = bmp(108, {0x3FF00000, 0xFFC00, 0x3FF, 0}, 0x12345678);
  for (const Bytes& file : {reversed, ten_bits}) {
    EXPECT_THAT(
        [&] { (void)decode_image(file, "x.bmp"); },
        ThrowsMessage<DataError>(HasSubstr("x.bmp is a BMP with an order of colours that is unusual")));
    EXPECT_NO_THROW((void)decode_image(file, "x.bmp", kStored));
  }
  EXPECT_EQ(first_pixel(bmp(108, {0xFF, 0xFF00, 0xFF0000, 0}, 0x003264C8)), cv::Vec3b(200, 100, 50));
}

TEST(PixelsAsSeen, WhiteOfAPnmInTextIsAppliedOnce) {
  Bytes grey;
  append(grey, "P2 2 1 100\n50 100\n");
  EXPECT_NEAR(first_pixel(grey)[0], 127, 1);
  Bytes fine;
  append(fine, "P2 2 1 1000\n500 1000\n");
  EXPECT_NEAR(first_pixel(fine)[0], 127, 1);
}

/// As ImageMagick writes it.
std::string raw_profile(const std::vector<unsigned char>& block) {
  std::string text = "\nexif\n      " + std::to_string(block.size()) + "\n";
  for (const unsigned char byte : block)
    for (const unsigned digit : {byte / 16U, byte % 16U})
      text.push_back("0123456789abcdef"[digit]);
  return text + "\n";
}

TEST(PixelsAsSeen, APngIsTurnedAsAnExifBlockInItsTextSays) {
  const Bytes plain = encode(".png", picture());
  const std::string text = raw_profile(orientation_block(6));
  std::string packed(1000, '\0');
  uLongf length = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &length, reinterpret_cast<const Bytef*>(text.data()),
           text.size());
  packed.resize(length);
  const std::string name("Raw profile type exif\0", 22);
  for (const Bytes& chunk :
       {png_chunk("tEXt", name + text), png_chunk("zTXt", name + std::string(1, '\0') + packed)})
    EXPECT_EQ(decode_image(inserted(plain, kBehindPngHeader, chunk), "x").rgb.size(), cv::Size(48, 64));
  for (const std::string& damaged :
       {std::string(), text.substr(0, 8), std::string("\n\n\n\n"), std::string(1, '\0')})
    for (const char* type : {"tEXt", "zTXt"})
      EXPECT_EQ(
          decode_image(inserted(plain, kBehindPngHeader, png_chunk(type, name + damaged)), "x").rgb.size(),
          cv::Size(64, 48));
}

TEST(SeveralPictures, OfAnMpoTheFirstIsTakenAndThatIsTold) {
  const Bytes jpeg = encode(".jpg", picture());
  const auto with_index = [&](unsigned char pictures) {
    Bytes segment;
    append(segment, std::string_view("\xFF\xE2\0\x20MPF\0II*\0\x08\0\0\0\x01\0\x01\xB0\x04\0\x01\0\0\0", 26));
    append_little_endian(segment, pictures);
    append_little_endian(segment, 0);
    return inserted(jpeg, 2, segment);
  };
  EXPECT_TRUE(decode_image(with_index(2), "x").first_of_several);
  EXPECT_FALSE(decode_image(with_index(1), "x").first_of_several);
}

TEST(SeveralPictures, OfPnmsInOneFileTheFirstIsTakenAndThatIsTold) {
  for (const auto& [extension, type] : std::vector<std::pair<const char*, int>>{
           {".ppm", CV_8UC3}, {".pgm", CV_8UC1}, {".pgm", CV_16UC1}, {".pbm", CV_8UC1}}) {
    const Bytes one = encode(extension, picture(type, {61, 7}));
    EXPECT_FALSE(decode_image(one, extension).first_of_several);
    EXPECT_TRUE(decode_image(inserted(one, one.size(), one), extension).first_of_several)
        << extension << type;
  }
}

}  // namespace
}  // namespace tagloom::datasets
