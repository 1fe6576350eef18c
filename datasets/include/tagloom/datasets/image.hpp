#pragma once

/// Images from disk as RGB, read once for both pixels and content hash. Any format that OpenCV decodes; JPEG
/// and PNG files cut short are refused, because decoders fill the missing rows with grey and say nothing.
/// EXIF orientation is ignored, as Pillow and timm do, so that features match the published weights'
/// training. All functions may be called from several threads at once.

#include <opencv2/core/mat.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::datasets {

/// Pixels are 8-bit, three channels, in the order red, green, blue. Greyscale is repeated in all three; an
/// alpha channel is dropped.
struct LoadedImage {
  cv::Mat rgb;
  /// Of the file's bytes, by tagloom::Hasher.
  std::string hash;
};

/// Decodes a file that is in memory; `name` is what errors call it. Throws DataError if the bytes are empty,
/// are not an image, or end too early.
[[nodiscard]] cv::Mat decode_image(std::span<const std::byte> bytes, std::string_view name);

/// read_file and decode_image.
[[nodiscard]] cv::Mat read_image(const std::filesystem::path& path);

/// As read_image, with the hash of the file's content.
[[nodiscard]] LoadedImage load_image(const std::filesystem::path& path);

}  // namespace tagloom::datasets
