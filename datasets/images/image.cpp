#include "images/codecs.hpp"
#include "images/complete.hpp"
#include "images/finish.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/file_kind.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <fmt/format.h>
#include <opencv2/core.hpp>

#include <limits>
#include <new>

namespace tagloom::datasets {
namespace {

constexpr std::uint64_t kMostBytes = std::numeric_limits<int>::max();

DataError too_long(std::string_view name) {
  return DataError(fmt::format("the image {} is larger than 2 GiB.", shown(name)));
}

DataError not_an_image(std::span<const std::byte> bytes, std::string_view name) {
  const auto kind = file_kind({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (kind.empty())
    return DataError(fmt::format("the file {} is not an image of a kind that is known.", shown(name)));
  return DataError(fmt::format("the file {} is no image, but {}.", shown(name), kind));
}

/// Refuses what cannot or must not be decoded.
void check(std::span<const std::byte> bytes, const PictureHeader& header, std::string_view name,
           const DecodeOptions& options) {
  if (completeness(bytes) == Completeness::kCutShort && !options.accept_damaged)
    throw DataError(fmt::format(
        "the image {} is cut short: its file ends after {} bytes, before the picture does; copy it again.",
        shown(name), bytes.size()));
  if (!header.unread.empty()) throw DataError(fmt::format("the image {} is {}.", shown(name), header.unread));
  if (!header.unseen.empty() && !options.as_stored)
    throw DataError(
        fmt::format("the image {} is {}, which is not read; convert it to PNG.", shown(name), header.unseen));
  if (header.pixels() == 0)
    throw DataError(fmt::format("the image {} is damaged: its header does not say how large the picture is.",
                                shown(name)));
  if (header.pixels() > static_cast<std::uint64_t>(options.max_pixels))
    throw DataError(fmt::format(
        "the image {} has {} x {} pixels, {} in all, and the limit is {} (--max-pixels); it was not decoded.",
        shown(name), header.width, header.height, header.pixels(), options.max_pixels));
}

/// What a file is, once it is known that it may be decoded.
struct Decodable {
  ImageFormat format = ImageFormat::none;
  PictureHeader header;
};

Decodable decodable(std::span<const std::byte> bytes, std::string_view name, const DecodeOptions& options) {
  if (bytes.empty()) throw DataError(fmt::format("the image {} is an empty file.", shown(name)));
  if (bytes.size() > kMostBytes) throw too_long(name);
  const ImageFormat format = image_format(bytes);
  if (format == ImageFormat::none) throw not_an_image(bytes, name);
  if (!is_read(format))
    throw DataError(
        fmt::format("the image {} is of the format {}, which is not read; convert it to JPEG or PNG.",
                    shown(name), to_text(format)));
  const PictureHeader header = picture_header(bytes, format);
  check(bytes, header, name, options);
  return {format, header};
}

Pixels decoded(std::span<const std::byte> bytes, ImageFormat format, const PictureHeader& header,
               const DecodeOptions& options) {
  const Kept kept = options.as_stored ? Kept::upper_rgb : Kept::all;
  switch (format) {
    case ImageFormat::jpeg:
      return decode_jpeg(bytes, header, options.sufficient_side);
    case ImageFormat::png:
      return decode_png(bytes, header, kept);
    case ImageFormat::webp:
      return decode_webp(bytes, header, kept);
    case ImageFormat::tiff:
      check_tiff(bytes, header);
      [[fallthrough]];
    default:
      return decode_other(bytes, format, kept);
  }
}

DecodedImage decode(std::span<const std::byte> bytes, ImageFormat format, const PictureHeader& header,
                    const DecodeOptions& options) {
  // What decoding a pixel takes at most: 16 bits and alpha, twice. A progressive JPEG has 6 bytes of
  // coefficients, and the result, and its turned copy.
  constexpr std::uint64_t kBytesAPixel = 16;
  DecodedImage image;
  if (options.budget != nullptr) image.memory = options.budget->take(header.pixels() * kBytesAPixel);
  Pixels found = decoded(bytes, format, header, options);
  image.damage = std::move(found.damage);
  image.rgb = found.pixels;
  if (!options.as_stored)
    image.rgb = upright(on_white(in_8_bits(image.rgb, header.white), header.alpha), header.orientation);
  image.first_of_several = header.several;
  return image;
}

}  // namespace

void check_image(std::span<const std::byte> bytes, std::string_view name, const DecodeOptions& options) {
  static_cast<void>(decodable(bytes, name, options));
}

DecodedImage decode_image(std::span<const std::byte> bytes, std::string_view name,
                          const DecodeOptions& options) {
  const auto [format, header] = decodable(bytes, name, options);
  try {
    DecodedImage image = decode(bytes, format, header, options);
    if (!image.damage.empty() && !options.accept_damaged)
      throw DataError(
          fmt::format("the image {} is damaged; its decoder says: {}.", shown(name), image.damage));
    return image;
  } catch (const Undecodable& error) {
    throw DataError(
        fmt::format("the image {} is damaged or of a kind that is not read: {}", shown(name), error.what()));
  } catch (const cv::Exception& error) {
    if (error.code == cv::Error::StsNoMem) throw std::bad_alloc();
    throw DataError(fmt::format("the image {} cannot be decoded; OpenCV says: {}.", shown(name), error.err));
  }
}

cv::Mat read_image(const std::filesystem::path& path) {
  return load_image(path).rgb;
}

std::vector<std::byte> image_bytes(const std::filesystem::path& path) {
  std::error_code unknown;  // which reading it will tell
  if (const auto size = std::filesystem::file_size(path, unknown); !unknown && size > kMostBytes)
    throw too_long(shown(path));
  return read_file(path);
}

LoadedImage load_image(std::span<const std::byte> bytes, std::string_view name,
                       const DecodeOptions& options) {
  return {decode_image(bytes, name, options), Hasher().update(bytes).hex()};
}

LoadedImage load_image(const std::filesystem::path& path, const DecodeOptions& options) {
  return load_image(image_bytes(path), path.native(), options);
}

}  // namespace tagloom::datasets
