#include "images/bytes.hpp"

#include <tagloom/datasets/images/image_format.hpp>

#include <opencv2/imgcodecs.hpp>

#include <algorithm>
#include <array>

namespace tagloom::datasets {
namespace {

using namespace std::string_view_literals;

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// "BM" and, behind the file's header, the length of one of the headers that were ever in use.
bool is_bmp(std::string_view text) {
  constexpr std::array<std::uint64_t, 7> kHeaderLengths = {12, 40, 52, 56, 64, 108, 124};
  return text.starts_with("BM") && text.size() >= 18 &&
         std::ranges::find(kHeaderLengths, little_endian(std::as_bytes(std::span(text.substr(14, 4))))) !=
             kHeaderLengths.end();
}

/// "P1" to "P6" and a number, or a comment, behind white space.
bool is_pnm(std::string_view text) {
  return text.size() >= 4 && text[0] == 'P' && text[1] >= '1' && text[1] <= '6' && is_space(text[2]) &&
         (is_space(text[3]) || text[3] == '#' || (text[3] >= '0' && text[3] <= '9'));
}

/// By the brand of a file in MPEG-4's container; a video is none.
ImageFormat container_format(std::string_view text) {
  if (text.size() < 12 || text.substr(4, 4) != "ftyp") return ImageFormat::none;
  const std::string_view brand = text.substr(8, 4);
  if (brand == "avif" || brand == "avis") return ImageFormat::avif;
  constexpr std::array kHeif = {"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv, "mif1"sv, "msf1"sv};
  return std::ranges::find(kHeif, brand) == kHeif.end() ? ImageFormat::none : ImageFormat::heif;
}

}  // namespace

ImageFormat image_format(std::span<const std::byte> beginning) {
  const std::string_view text(reinterpret_cast<const char*>(beginning.data()), beginning.size());
  const auto starts_with = [&](auto... signatures) { return (text.starts_with(signatures) || ...); };
  if (starts_with("\xFF\xD8\xFF"sv)) return ImageFormat::jpeg;
  if (starts_with("\x89PNG\r\n\x1A\n"sv)) return ImageFormat::png;
  if (starts_with("RIFF"sv) && text.substr(std::min<std::size_t>(8, text.size()), 4) == "WEBP")
    return ImageFormat::webp;
  if (starts_with("II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv)) return ImageFormat::tiff;
  if (starts_with("\0\0\0\x0CjP  \r\n\x87\n"sv, "\xFF\x4F\xFF\x51"sv)) return ImageFormat::jpeg2000;
  if (starts_with("GIF87a"sv, "GIF89a"sv)) return ImageFormat::gif;
  if (starts_with("\xFF\x0A"sv, "\0\0\0\x0CJXL \r\n\x87\n"sv)) return ImageFormat::jpeg_xl;
  if (starts_with("8BPS"sv)) return ImageFormat::photoshop;
  if (starts_with("\x76\x2F\x31\x01"sv)) return ImageFormat::openexr;
  if (is_bmp(text)) return ImageFormat::bmp;
  if (is_pnm(text)) return ImageFormat::pnm;
  return container_format(text);
}

std::string_view to_text(ImageFormat format) {
  switch (format) {
    case ImageFormat::none:
      return "not a picture";
    case ImageFormat::jpeg:
      return "JPEG";
    case ImageFormat::png:
      return "PNG";
    case ImageFormat::webp:
      return "WebP";
    case ImageFormat::tiff:
      return "TIFF";
    case ImageFormat::bmp:
      return "BMP";
    case ImageFormat::jpeg2000:
      return "JPEG 2000";
    case ImageFormat::pnm:
      return "PNM";
    case ImageFormat::gif:
      return "GIF";
    case ImageFormat::avif:
      return "AVIF";
    case ImageFormat::heif:
      return "HEIF";
    case ImageFormat::jpeg_xl:
      return "JPEG XL";
    case ImageFormat::photoshop:
      return "Photoshop";
    case ImageFormat::openexr:
      return "OpenEXR";
  }
  return "";
}

bool is_read(ImageFormat format) {
  switch (format) {
    case ImageFormat::jpeg:
    case ImageFormat::png:
    case ImageFormat::webp:
    case ImageFormat::tiff:
    case ImageFormat::bmp:
      return true;
    // OpenCV tells what it writes; of these two it reads what it writes.
    case ImageFormat::jpeg2000:
      return cv::haveImageWriter("picture.jp2");
    case ImageFormat::pnm:
      return cv::haveImageWriter("picture.ppm");
    default:
      return false;
  }
}

}  // namespace tagloom::datasets
