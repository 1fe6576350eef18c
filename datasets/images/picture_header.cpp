#include "images/picture_header.hpp"

#include "images/bytes.hpp"
#include "images/raw_profile.hpp"
#include "images/segments.hpp"
#include "images/tiff_directory.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>
#include <webp/decode.h>

namespace tagloom::datasets {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::string_view kExif("Exif\0\0", 6);

std::uint64_t big_at(Bytes bytes, std::size_t at, std::size_t length) {
  return at + length <= bytes.size() ? big_endian(bytes.subspan(at, length)) : 0;
}

std::uint64_t little_at(Bytes bytes, std::size_t at, std::size_t length) {
  return at + length <= bytes.size() ? little_endian(bytes.subspan(at, length)) : 0;
}

bool is_at(Bytes bytes, std::size_t at, std::string_view text) {
  return at + text.size() <= bytes.size() && std::memcmp(bytes.data() + at, text.data(), text.size()) == 0;
}

/// Exif and the index of several pictures (MPO, as cameras with two lenses and phones write it) stand before
/// the frame.
PictureHeader jpeg_header(Bytes bytes) {
  constexpr std::string_view kIndex("MPF\0", 4);
  constexpr std::uint16_t kPictures = 0xB001;
  PictureHeader header;
  JpegMarkers markers(bytes);
  while (const auto marker = markers.next()) {
    if (marker->code == JpegMarkers::kStartOfScan) break;
    if (marker->code == JpegMarkers::kApp1 && is_at(marker->content, 0, kExif))
      header.orientation = exif_orientation(marker->content);
    if (marker->code == JpegMarkers::kApp2 && is_at(marker->content, 0, kIndex))
      header.several =
          TiffDirectory(marker->content.subspan(kIndex.size())).number(kPictures).value_or(1) > 1;
    if (marker->is_frame()) {
      header.height = big_at(marker->content, 1, 2);
      header.width = big_at(marker->content, 3, 2);
      break;
    }
  }
  return header;
}

PictureHeader png_header(Bytes bytes) {
  PictureHeader header;
  std::optional<int> orientation;
  int older = header.orientation;
  PngChunks chunks(bytes);
  while (const auto chunk = chunks.next()) {
    if (chunk->type == "IHDR") {
      header.width = big_at(chunk->content, 0, 4);
      header.height = big_at(chunk->content, 4, 4);
    }
    if (chunk->type == "eXIf") orientation = exif_orientation(chunk->content);
    if (const auto exif = exif_of_text(*chunk); !exif.empty()) older = exif_orientation(exif);
    if (chunk->type == "acTL") header.several = big_at(chunk->content, 0, 4) > 1;
  }
  header.orientation = orientation.value_or(older);
  return header;
}

PictureHeader webp_header(Bytes bytes) {
  PictureHeader header;
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), &features) !=
      VP8_STATUS_OK)
    return header;
  header.width = static_cast<std::uint64_t>(features.width);
  header.height = static_cast<std::uint64_t>(features.height);
  if (features.has_animation != 0)
    header.unread =
        "an animated WebP, and only still pictures are read; save the picture that you mean by itself";
  std::size_t at = 12;
  while (bytes.size() - at >= 8) {
    const auto length = little_at(bytes, at + 4, 4);
    if (length > bytes.size() - at - 8) break;
    if (is_at(bytes, at, "EXIF")) header.orientation = exif_orientation(bytes.subspan(at + 8, length));
    at = std::min<std::size_t>(at + 8 + length + length % 2, bytes.size());
  }
  return header;
}

namespace tiff {

constexpr std::uint16_t kNewSubfileType = 254;
constexpr std::uint16_t kWidth = 256;
constexpr std::uint16_t kHeight = 257;
constexpr std::uint16_t kBits = 258;
constexpr std::uint16_t kPhotometric = 262;
constexpr std::uint16_t kSamples = 277;
constexpr std::uint16_t kPlanes = 284;
constexpr std::uint16_t kExtraSamples = 338;

/// What OpenCV and libtiff take for something else, if a file has it.
std::string_view unseen(const TiffDirectory& directory) {
  constexpr std::uint64_t kWhiteIsZero = 0;
  constexpr std::uint64_t kBlackIsZero = 1;
  constexpr std::uint64_t kPalette = 3;
  constexpr std::uint64_t kCielab = 8;
  constexpr std::uint64_t kItulab = 10;
  const auto photometric = directory.number(kPhotometric).value_or(kBlackIsZero);
  const bool several_samples = directory.number(kSamples).value_or(1) > 1;
  if (photometric >= kCielab && photometric <= kItulab) return "a TIFF with colours in L*a*b*";
  if ((photometric <= kBlackIsZero || photometric == kPalette) && several_samples)
    return "a TIFF with alpha beside greyscale or a palette";
  if (directory.number(kBits).value_or(1) <= 8) return {};
  if (photometric == kWhiteIsZero) return "a TIFF of more than 8 bits whose white is 0";
  if (several_samples && directory.number(kPlanes).value_or(1) != 1)
    return "a TIFF of more than 8 bits with a plane for each colour";
  return {};
}

}  // namespace tiff

PictureHeader tiff_header(Bytes bytes) {
  using namespace tiff;
  const TiffDirectory directory(bytes);
  PictureHeader header{.width = directory.number(kWidth).value_or(0),
                       .height = directory.number(kHeight).value_or(0),
                       .several = directory.has_next()};
  if (directory.number(kNewSubfileType).value_or(0) % 2 == 1 || is_at(bytes, 8, "CR\2"))
    header.unread =
        "a camera's raw file, or another TIFF that begins with a preview, which is not read; convert it to "
        "JPEG or PNG";
  header.unseen = unseen(directory);
  // libtiff multiplies what has 8 bits, whatever the file says.
  if (directory.number(kBits).value_or(8) <= 8 || directory.number(kExtraSamples).value_or(0) == 1)
    header.alpha = Alpha::kPremultiplied;
  return header;
}

namespace bmp {

constexpr std::size_t kHeaderLength = 14;
constexpr std::size_t kBitsAPixel = 28;
constexpr std::size_t kCompression = 30;
constexpr std::size_t kMasks = 54;
/// The first header with a mask for alpha.
constexpr std::uint64_t kWithAlpha = 56;

/// Whether OpenCV finds the colours of 32 bits a pixel: by masks of a byte each in newer headers only, else
/// blue, green, red.
bool colours_are_found(Bytes bytes) {
  constexpr std::uint64_t kBitFields = 3;
  if (little_at(bytes, kBitsAPixel, 2) != 32 || little_at(bytes, kCompression, 4) != kBitFields) return true;
  const auto red = little_at(bytes, kMasks, 4);
  const auto green = little_at(bytes, kMasks + 4, 4);
  const auto blue = little_at(bytes, kMasks + 8, 4);
  if (little_at(bytes, kHeaderLength, 4) < kWithAlpha)
    return red == 0xFF0000 && green == 0xFF00 && blue == 0xFF;
  const auto is_byte = [](std::uint64_t mask) {
    return mask == 0xFF || mask == 0xFF00 || mask == 0xFF0000 || mask == 0xFF000000;
  };
  return is_byte(red) && is_byte(green) && is_byte(blue);
}

}  // namespace bmp

PictureHeader bmp_header(Bytes bytes) {
  const auto length = little_at(bytes, bmp::kHeaderLength, 4);
  if (length == 12) return {.width = little_at(bytes, 18, 2), .height = little_at(bytes, 20, 2)};
  // A negative height means that rows go from top to bottom.
  const auto height = static_cast<std::int32_t>(little_at(bytes, 22, 4));
  PictureHeader header{.width = little_at(bytes, 18, 4),
                       .height = static_cast<std::uint64_t>(height < 0 ? -std::int64_t{height} : height)};
  if (length < bmp::kWithAlpha || little_at(bytes, bmp::kMasks + 12, 4) == 0) header.alpha = Alpha::kNone;
  if (!bmp::colours_are_found(bytes)) header.unseen = "a BMP with an order of colours that is unusual";
  return header;
}

PictureHeader jpeg2000_header(Bytes bytes) {
  // OpenCV brings what has up to 8 bits to 8, and leaves more as it is.
  const auto white = [](std::uint64_t bits) {
    return (std::uint64_t{1} << std::clamp<std::uint64_t>((bits & 0x7FU) + 1, 8, 16)) - 1;
  };
  if (is_at(bytes, 0, std::string_view("\xFF\x4F\xFF\x51", 4)))  // a bare code stream
    return {.width = big_at(bytes, 8, 4) - std::min(big_at(bytes, 16, 4), big_at(bytes, 8, 4)),
            .height = big_at(bytes, 12, 4) - std::min(big_at(bytes, 20, 4), big_at(bytes, 12, 4)),
            .white = white(big_at(bytes, 42, 1))};
  // Boxes within the header box, which comes among the first.
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                              std::min<std::size_t>(bytes.size(), 4096));
  const std::size_t box = text.find("ihdr");
  if (box == std::string_view::npos) return {};
  return {.width = big_at(bytes, box + 8, 4),
          .height = big_at(bytes, box + 4, 4),
          .white = white(big_at(bytes, box + 14, 1))};
}

/// The next number of a PNM header, behind white space and comments.
std::optional<std::uint64_t> next_number(std::string_view& text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    if (!text.starts_with('#')) break;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
  std::uint64_t value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && digits < 10)
    value = value * 10 + static_cast<std::uint64_t>(text[digits++] - '0');
  text.remove_prefix(digits);
  return digits > 0 ? std::optional(value) : std::nullopt;
}

PictureHeader pnm_header(Bytes bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const char kind = text[1];
  const bool bits = kind == '1' || kind == '4';
  const bool in_text = kind <= '3';
  text.remove_prefix(2);
  PictureHeader header;
  header.width = next_number(text).value_or(0);
  header.height = next_number(text).value_or(0);
  const auto white = bits ? 1 : std::clamp<std::uint64_t>(next_number(text).value_or(255), 1, 65535);
  // OpenCV brings numbers in text to 8 bits, if they do not need more.
  if (!bits && (!in_text || white > 255)) header.white = white;
  const std::uint64_t numbers = header.width * (kind == '6' ? 3 : 1);
  const std::uint64_t row = bits ? (header.width + 7) / 8 : numbers * (white > 255 ? 2 : 1);
  // Another may follow numbers that are not in text, which one byte separates from the header.
  if (!in_text && row < text.size() && header.height < text.size() && row * header.height + 1 < text.size())
    header.several = image_format(bytes.last(text.size() - 1 - row * header.height)) == ImageFormat::pnm;
  return header;
}

PictureHeader header_of(Bytes bytes, ImageFormat format) {
  switch (format) {
    case ImageFormat::jpeg:
      return jpeg_header(bytes);
    case ImageFormat::png:
      return png_header(bytes);
    case ImageFormat::webp:
      return webp_header(bytes);
    case ImageFormat::tiff:
      return tiff_header(bytes);
    case ImageFormat::bmp:
      return bmp_header(bytes);
    case ImageFormat::jpeg2000:
      return jpeg2000_header(bytes);
    case ImageFormat::pnm:
      return pnm_header(bytes);
    default:
      return {};
  }
}

}  // namespace

PictureHeader picture_header(std::span<const std::byte> bytes, ImageFormat format) {
  PictureHeader header = header_of(bytes, format);
  constexpr std::uint64_t kLongest = 0xFFFFFFFF;
  if (header.width > kLongest || header.height > kLongest) header.width = header.height = 0;
  return header;
}

}  // namespace tagloom::datasets
