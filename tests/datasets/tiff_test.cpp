/// The many kinds of TIFF: what would come out wrong is refused, and so is damage that OpenCV decodes over.

#include "picture_bytes.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include <algorithm>
#include <tiffio.h>

namespace tagloom::datasets {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr DecodeOptions kStored{.as_stored = true};

struct Kind {
  std::uint16_t photometric = PHOTOMETRIC_MINISBLACK;
  std::uint16_t samples = 1;
  std::uint16_t bits = 8;
  std::uint16_t planes = PLANARCONFIG_CONTIG;
  bool alpha = false;
  int compression = COMPRESSION_NONE;
};

constexpr std::uint32_t kWidth = 64;
constexpr std::uint32_t kHeight = 48;

/// Each byte of its pixels is 240; those of a compressed one differ, so that there is something to compress.
Bytes tiff(const Kind& kind) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "x.tif";
  TIFF* file = TIFFOpen(path.c_str(), "w");
  TIFFSetField(file, TIFFTAG_IMAGEWIDTH, kWidth);
  TIFFSetField(file, TIFFTAG_IMAGELENGTH, kHeight);
  TIFFSetField(file, TIFFTAG_BITSPERSAMPLE, kind.bits);
  TIFFSetField(file, TIFFTAG_SAMPLESPERPIXEL, kind.samples);
  TIFFSetField(file, TIFFTAG_PHOTOMETRIC, kind.photometric);
  TIFFSetField(file, TIFFTAG_PLANARCONFIG, kind.planes);
  TIFFSetField(file, TIFFTAG_COMPRESSION, kind.compression);
  TIFFSetField(file, TIFFTAG_ROWSPERSTRIP, kHeight);
  const std::uint16_t straight_alpha = EXTRASAMPLE_UNASSALPHA;
  if (kind.alpha) TIFFSetField(file, TIFFTAG_EXTRASAMPLES, 1, &straight_alpha);
  const cv::Mat detail = picture(CV_8UC1, {kWidth, kHeight});
  std::vector<unsigned char> row(kWidth * 8, 240);
  const auto planes = kind.planes == PLANARCONFIG_SEPARATE ? kind.samples : std::uint16_t{1};
  for (std::uint16_t plane = 0; plane < planes; ++plane)
    for (std::uint32_t y = 0; y < kHeight; ++y) {
      if (kind.compression != COMPRESSION_NONE)
        std::copy_n(detail.ptr(static_cast<int>(y)), kWidth, row.begin());
      TIFFWriteScanline(file, row.data(), y, plane);
    }
  TIFFClose(file);
  return read_file(path);
}

auto is_refused(const char* sentence) {
  return ThrowsMessage<DataError>(AllOf(HasSubstr("x.tif"), HasSubstr(sentence)));
}

TEST(Tiff, AKindThatWouldNotComeOutAsItIsSeenIsRefusedAndTakenAsStored) {
  const std::vector<std::pair<Kind, const char*>> kinds = {
      {{.samples = 2, .alpha = true},
       "is a TIFF with alpha beside greyscale or a palette, which is not read"},
      {{.samples = 2, .bits = 16, .alpha = true}, "alpha beside greyscale"},
      {{.photometric = PHOTOMETRIC_MINISWHITE, .bits = 16}, "of more than 8 bits whose white is 0"},
      {{.photometric = PHOTOMETRIC_RGB, .samples = 3, .bits = 16, .planes = PLANARCONFIG_SEPARATE},
       "of more than 8 bits with a plane for each colour"},
      {{.photometric = PHOTOMETRIC_CIELAB, .samples = 3}, "with colours in L*a*b*"},
  };
  for (const auto& [kind, sentence] : kinds) {
    const Bytes file = tiff(kind);
    EXPECT_THAT([&] { (void)decode_image(file, "x.tif"); }, is_refused(sentence));
    EXPECT_NO_THROW((void)decode_image(file, "x.tif", kStored)) << sentence;
  }
}

TEST(Tiff, KindsOfWhichOneThingIsUnusualAreRead) {
  const std::vector<std::pair<Kind, int>> kinds = {
      {{}, 240},
      {{.bits = 16}, 240},
      {{.photometric = PHOTOMETRIC_MINISWHITE}, 15},
      {{.photometric = PHOTOMETRIC_RGB, .samples = 3, .planes = PLANARCONFIG_SEPARATE}, 240},
      {{.photometric = PHOTOMETRIC_RGB, .samples = 3, .bits = 16}, 240},
      // 240 of 240, and white for the rest.
      {{.photometric = PHOTOMETRIC_RGB, .samples = 4, .bits = 16, .alpha = true}, 241},
      {{.photometric = PHOTOMETRIC_RGB, .samples = 4, .alpha = true}, 241},
  };
  for (const auto& [kind, value] : kinds)
    EXPECT_EQ(decode_image(tiff(kind), "x.tif").rgb.at<cv::Vec3b>(8, 8),
              cv::Vec3b::all(static_cast<unsigned char>(value)))
        << kind.photometric << " " << kind.samples << " " << kind.bits;
}

Bytes with_flipped_middle(Bytes file) {
  for (std::size_t i = file.size() / 2; i < file.size() / 2 + 40; ++i)
    if (file[i] != std::byte{0xFF}) file[i] ^= std::byte{0x55};
  return file;
}

TEST(Tiff, DamageThatItsCodecNoticesIsRefusedInLibtiffsWords) {
  for (const int scheme : {COMPRESSION_ADOBE_DEFLATE, COMPRESSION_JPEG}) {
    const Bytes whole = tiff({.compression = scheme});
    EXPECT_NO_THROW((void)decode_image(whole, "x.tif")) << scheme;
    for (const DecodeOptions& options : {DecodeOptions{}, kStored})
      EXPECT_THAT([&] { (void)decode_image(with_flipped_middle(whole), "x.tif", options); },
                  is_refused("libtiff says: "))
          << scheme;
  }
}

TEST(Tiff, OneThatEndsBeforeItsDirectoryOrItsPixelsIsCalledShort) {
  // OpenCV writes the directory behind the pixels, and puts the first strip behind 8 bytes.
  const Bytes whole = encode(".tif", picture());
  EXPECT_THAT([&] { (void)decode_image(prefix(whole, whole.size() / 2), "x.tif"); },
              is_refused("is cut short"));
  // Here they lie behind it.
  Bytes moved = tiff({});
  constexpr std::size_t kPixels = std::size_t{kWidth} * kHeight;
  const Bytes pixels(moved.begin() + 8, moved.begin() + 8 + kPixels);
  const Bytes strip_offsets = {std::byte{0x11}, std::byte{0x01}};
  const auto entry =
      std::search(moved.begin() + 8 + kPixels, moved.end(), strip_offsets.begin(), strip_offsets.end());
  for (int byte = 0; byte < 4; ++byte)
    entry[8 + byte] = static_cast<std::byte>(moved.size() >> static_cast<unsigned>(8 * byte));
  moved.insert(moved.end(), pixels.begin(), pixels.end());
  EXPECT_NO_THROW((void)decode_image(moved, "x.tif"));
  EXPECT_THAT([&] { (void)decode_image(prefix(moved, moved.size() - 1), "x.tif"); },
              is_refused("ends before its pixels do"));
}

}  // namespace
}  // namespace tagloom::datasets
