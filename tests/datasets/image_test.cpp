#include "picture_bytes.hpp"
#include "support/files.hpp"
#include "support/memory.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace tagloom::datasets {
namespace {

using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

void expect_error(const Bytes& bytes, const char* sentence) {
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
  const auto rgb = decode_image(encode(".png", red), "red").rgb;
  EXPECT_EQ(rgb.type(), CV_8UC3);
  EXPECT_EQ(rgb.at<cv::Vec3b>(1, 1), cv::Vec3b(255, 0, 0));
}

TEST(Image, GreyscaleIsRepeated) {
  const auto grey = decode_image(encode(".png", cv::Mat(4, 4, CV_8UC1, cv::Scalar(90))), "grey").rgb;
  EXPECT_EQ(grey.type(), CV_8UC3);
  EXPECT_EQ(grey.at<cv::Vec3b>(0, 0), cv::Vec3b(90, 90, 90));
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

/// Ends with 0 if the picture came or memory ran out.
[[noreturn]] void decode_within(const Bytes& file, std::size_t bytes) {
  tagloom::testing::allow_only(bytes);
  try {
    (void)decode_image(file, "x");
  } catch (const std::bad_alloc&) {
    std::_Exit(0);
  } catch (const std::exception& error) {
    std::fputs(error.what(), stderr);
    std::_Exit(1);
  }
  std::_Exit(0);
}

TEST(ImageDeathTest, MemoryThatRunsOutIsNotBlamedOnTheFile) {
  SKIP_UNDER_ADDRESS_SANITIZER();
  for (const char* extension : {".jpg", ".png", ".webp", ".tiff", ".bmp", ".jp2", ".ppm"}) {
    if (!can_encode(extension)) continue;
    const Bytes file = encode(extension, picture(CV_8UC3, {2048, 2048}));
    for (const std::size_t mebibytes : {2, 10, 14, 20, 40})
      EXPECT_EXIT(decode_within(file, mebibytes << 20), ::testing::ExitedWithCode(0), "")
          << extension << " with " << mebibytes << " MiB";
  }
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

TEST(Image, APngWhosePixelsDoNotMatchTheirChecksumIsRefused) {
  // The checksum of the packed pixels is the last of their chunk, which has one of its own.
  const auto whole = encode(".png", picture(CV_8UC1, {16, 16}));
  const std::string text(reinterpret_cast<const char*>(whole.data()), whole.size());
  const auto begin = text.find("IDAT");
  const auto end = text.find("IEND") - 8;
  std::string content = text.substr(begin + 4, end - begin - 4);
  content.back() = static_cast<char>(content.back() ^ 1);
  Bytes file = prefix(whole, begin - 4);
  for (const Bytes& chunk : {png_chunk("IDAT", content), png_chunk("IEND", "")})
    file.insert(file.end(), chunk.begin(), chunk.end());
  expect_error(file, "incorrect data check");
}

TEST(Image, AJpegDamagedInsideItsScanIsRefusedInItsDecodersWords) {
  const auto damaged = with_damaged_scan(encode(".jpg", picture()));
  expect_error(damaged, "is damaged; its decoder says: Corrupt JPEG data");
  const auto progressive = encode(".jpg", picture(), {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
  EXPECT_THROW((void)decode_image(with_damaged_scan(progressive), "x.jpg"), DataError);
}

TEST(Image, ADamagedOrCutJpegMayBeAcceptedAndItsDamageIsTold) {
  const auto whole = encode(".jpg", picture());
  for (const Bytes& bytes : {with_damaged_scan(whole), prefix(whole, whole.size() / 2)}) {
    const auto image = decode_image(bytes, "x.jpg", {.accept_damaged = true});
    EXPECT_EQ(image.rgb.size(), cv::Size(64, 48));
    EXPECT_THAT(image.damage, HasSubstr("JPEG"));
  }
  EXPECT_EQ(decode_image(whole, "x.jpg", {.accept_damaged = true}).damage, "");
}

TEST(Image, AProgressiveJpegWhoseLastScansAreMissingIsDamagedEvenIfItHasAnEnd) {
  const auto whole = encode(".jpg", picture(), {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
  const std::vector<std::byte> start_of_scan = {std::byte{0xFF}, std::byte{0xDA}};
  const auto last = std::find_end(whole.begin(), whole.end(), start_of_scan.begin(), start_of_scan.end());
  Bytes file(whole.begin(), last);
  append(file, "\xFF\xD9");
  expect_error(file, "is damaged; its decoder says: JPEG data that would refine it are missing");
  EXPECT_THAT(decode_image(file, "x", {.accept_damaged = true}).damage, HasSubstr("missing"));
}

TEST(Image, ZerosBehindTheScanAreNoDamage) {
  const auto whole = encode(".jpg", picture());
  EXPECT_NO_THROW((void)decode_image(inserted(whole, whole.size() - 2, Bytes(6)), "padded.jpg"));
  EXPECT_THROW((void)decode_image(inserted(whole, whole.size() - 2, Bytes(6, std::byte{7})), "odd.jpg"),
               DataError);
}

TEST(Image, AJpegOfMoreScansThanAPictureCanNeedIsRefused) {
  const auto jpeg = encode(".jpg", picture(), {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
  const std::vector<std::byte> start_of_scan = {std::byte{0xFF}, std::byte{0xDA}};
  const auto last = std::find_end(jpeg.begin(), jpeg.end(), start_of_scan.begin(), start_of_scan.end());
  const Bytes scan(last, jpeg.end() - 2);
  Bytes scans;
  for (int repetition = 0; repetition < 600; ++repetition)
    scans.insert(scans.end(), scan.begin(), scan.end());
  expect_error(inserted(jpeg, jpeg.size() - 2, scans), "More scans");
}

TEST(Image, AColourProfileThatLibpngComplainsOfIsNoDamage) {
  const auto plain = encode(".png", picture());
  const auto profile =
      inserted(plain, kBehindPngHeader, png_chunk("iCCP", std::string_view("bad\0\0no profile", 15)));
  ::testing::internal::CaptureStderr();
  const auto image = decode_image(profile, "x.png");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(image.damage, "");
  EXPECT_EQ(cv::norm(image.rgb, decode_image(plain, "y.png").rgb), 0.0);
}

TEST(Image, CodecsSayNothingOnTheTerminal) {
  ::testing::internal::CaptureStderr();
  for (const char* extension : {".jpg", ".png", ".tif", ".bmp", ".webp", ".jp2", ".ppm"}) {
    if (!can_encode(extension)) continue;
    auto bytes = encode(extension, picture());
    for (std::size_t i = 60; i < bytes.size(); i += 5)
      bytes[i] ^= std::byte{0x5A};
    for (const Bytes& odd : {bytes, prefix(bytes, bytes.size() / 3), prefix(bytes, 40)}) {
      try {
        (void)decode_image(odd, std::string("x") + extension);
      } catch (const DataError& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("x."), EndsWith("."), Not(HasSubstr("OpenCV("))));
      }
    }
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Image, MorePixelsThanAllowedAreRefusedBeforeAnyIsDecoded) {
  // 30,000 x 30,000 in a few bytes: had they been decoded, the missing data would have been the reason.
  Bytes bomb = prefix(encode(".png", picture()), 8);
  Bytes size;
  append_big_endian(size, 30000);
  append_big_endian(size, 30000);
  append(size, std::string_view("\1\0\0\0\0", 5));
  for (const Bytes& chunk : {png_chunk("IHDR", {reinterpret_cast<const char*>(size.data()), size.size()}),
                             png_chunk("IDAT", "x"), png_chunk("IEND", "")})
    bomb.insert(bomb.end(), chunk.begin(), chunk.end());
  expect_error(bomb, "30000 x 30000 pixels, 900000000 in all, and the limit is 178956970");
  for (const char* extension : {".jpg", ".png", ".tif", ".bmp", ".webp", ".jp2", ".ppm"}) {
    if (!can_encode(extension)) continue;
    const auto bytes = encode(extension, picture());
    EXPECT_NO_THROW((void)decode_image(bytes, extension, {.max_pixels = 64 * 48})) << extension;
    EXPECT_THROW((void)decode_image(bytes, extension, {.max_pixels = 64 * 48 - 1}), DataError) << extension;
  }
}

TEST(Image, EmptyFilesAndOtherFilesAreRefused) {
  expect_error({}, "empty file");
  expect_error(Bytes(300, std::byte{'a'}), "not an image");
}

TEST(Image, AFileThatIsSomethingElseIsCalledWhatItIs) {
  Bytes page;
  append(page, "<!DOCTYPE html><html>404</html>");
  expect_error(page, "x.jpg is no image, but an HTML page.");
  Bytes pointer;
  append(pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
  expect_error(pointer, "no image, but a pointer of Git LFS");
}

TEST(Image, AJpegComesOutAsSmallAsItMayAndLooksTheSame) {
  cv::Mat smooth(200, 300, CV_8UC3);
  for (int y = 0; y < smooth.rows; ++y)
    for (int x = 0; x < smooth.cols; ++x)
      smooth.at<cv::Vec3b>(y, x) =
          cv::Vec3b(static_cast<unsigned char>(y), static_cast<unsigned char>(x / 2), 90);
  const auto file = encode(".jpg", smooth);
  const auto size_at = [&](std::int64_t sufficient_side) {
    return decode_image(file, "x", {.sufficient_side = sufficient_side}).rgb.size();
  };
  EXPECT_EQ(size_at(0), cv::Size(300, 200));
  EXPECT_EQ(size_at(1), cv::Size(38, 25));
  EXPECT_EQ(size_at(25), cv::Size(38, 25));
  EXPECT_EQ(size_at(26), cv::Size(75, 50));
  EXPECT_EQ(size_at(64), cv::Size(150, 100));
  EXPECT_EQ(size_at(101), cv::Size(300, 200));
  const cv::Mat small = decode_image(file, "x", {.sufficient_side = 64}).rgb;
  cv::Mat averaged;
  cv::resize(decode_image(file, "x").rgb, averaged, small.size(), 0, 0, cv::INTER_AREA);
  EXPECT_LT(cv::norm(small, averaged, cv::NORM_INF), 4);
}

TEST(Image, ASmallDecodeRefusesDamageAllTheSame) {
  auto file = encode(".jpg", picture(CV_8UC3, {200, 150}));
  const DecodeOptions options = {.sufficient_side = 20};
  EXPECT_NO_THROW((void)decode_image(file, "whole", options));
  EXPECT_THROW((void)decode_image(prefix(file, file.size() / 2), "x", options), DataError);
  for (std::size_t i = file.size() / 2; i < file.size() / 2 + 60; ++i)
    file[i] = std::byte{0x55};
  EXPECT_THROW((void)decode_image(file, "x", options), DataError);
}

TEST(Image, IsCheckedWithoutBeingDecoded) {
  const auto file = encode(".png", picture());
  EXPECT_NO_THROW(check_image(file, "x"));
  EXPECT_THROW(check_image(prefix(file, file.size() / 2), "x"), DataError);
  EXPECT_THROW(check_image({}, "x"), DataError);
  EXPECT_THROW(check_image(file, "x", {.max_pixels = 10}), DataError);
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
