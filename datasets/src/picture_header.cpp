#include "picture_header.hpp"

#include "bytes.hpp"
#include "segments.hpp"
#include "tiff_directory.hpp"

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

/// Exif stands before the frame.
PictureHeader jpeg_header(Bytes bytes) {
  PictureHeader header;
  JpegMarkers markers(bytes);
  while (const auto marker = markers.next()) {
    if (marker->code == JpegMarkers::kStartOfScan) break;
    if (marker->code == JpegMarkers::kApp1 && is_at(marker->content, 0, kExif))
      header.orientation = exif_orientation(marker->content);
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
  PngChunks chunks(bytes);
  while (const auto chunk = chunks.next()) {
    if (chunk->type == "IHDR") {
      header.width = big_at(chunk->content, 0, 4);
      header.height = big_at(chunk->content, 4, 4);
    }
    if (chunk->type == "eXIf") header.orientation = exif_orientation(chunk->content);
    if (chunk->type == "acTL") header.several = big_at(chunk->content, 0, 4) > 1;
  }
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
  header.animated_webp = features.has_animation != 0;
  std::size_t at = 12;
  while (bytes.size() - at >= 8) {
    const auto length = little_at(bytes, at + 4, 4);
    if (length > bytes.size() - at - 8) break;
    if (is_at(bytes, at, "EXIF")) header.orientation = exif_orientation(bytes.subspan(at + 8, length));
    at = std::min<std::size_t>(at + 8 + length + length % 2, bytes.size());
  }
  return header;
}

PictureHeader tiff_header(Bytes bytes) {
  constexpr std::uint16_t kNewSubfileType = 254;
  constexpr std::uint16_t kWidth = 256;
  constexpr std::uint16_t kHeight = 257;
  constexpr std::uint16_t kBits = 258;
  constexpr std::uint16_t kExtraSamples = 338;
  const TiffDirectory directory(bytes);
  PictureHeader header{.width = directory.number(kWidth).value_or(0),
                       .height = directory.number(kHeight).value_or(0),
                       .several = directory.has_next()};
  header.preview = directory.number(kNewSubfileType).value_or(0) % 2 == 1 || is_at(bytes, 8, "CR\2");
  // libtiff multiplies what has 8 bits, whatever the file says.
  header.premultiplied =
      directory.number(kBits).value_or(8) <= 8 || directory.number(kExtraSamples).value_or(0) == 1;
  return header;
}

PictureHeader bmp_header(Bytes bytes) {
  if (little_at(bytes, 14, 4) == 12)
    return {.width = little_at(bytes, 18, 2), .height = little_at(bytes, 20, 2)};
  // A negative height means that rows go from top to bottom.
  const auto height = static_cast<std::int32_t>(little_at(bytes, 22, 4));
  return {.width = little_at(bytes, 18, 4),
          .height = static_cast<std::uint64_t>(height < 0 ? -std::int64_t{height} : height)};
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
  const bool bits = text[1] == '1' || text[1] == '4';
  text.remove_prefix(2);
  PictureHeader header;
  header.width = next_number(text).value_or(0);
  header.height = next_number(text).value_or(0);
  if (!bits) header.white = std::clamp<std::uint64_t>(next_number(text).value_or(255), 1, 65535);
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
