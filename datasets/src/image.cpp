#include "complete.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/datasets/image.hpp>
#include <tagloom/error.hpp>
#include <tagloom/hash.hpp>

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <limits>

namespace tagloom::datasets {

cv::Mat decode_image(std::span<const std::byte> bytes, std::string_view name) {
  if (bytes.empty()) throw DataError(fmt::format("the image {} is an empty file", name));
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw DataError(fmt::format("the image {} is larger than 2 GiB", name));
  }
  if (completeness(bytes) == Completeness::kCutShort) {
    throw DataError(fmt::format(
        "the image {} is cut short: its file ends after {} bytes, before the picture does; copy it again",
        name, bytes.size()));
  }
  // cv::Mat has no const view; imdecode only reads.
  const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::byte*>(bytes.data()));
  cv::Mat rgb;
  try {
    const auto bgr = cv::imdecode(encoded, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    if (!bgr.empty()) cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
  } catch (const cv::Exception& error) {
    throw DataError(fmt::format("the image {} cannot be decoded: {}", name, error.err));
  }
  if (rgb.empty()) {
    throw DataError(fmt::format("the file {} is not an image that can be decoded, or is damaged", name));
  }
  return rgb;
}

cv::Mat read_image(const std::filesystem::path& path) {
  return decode_image(read_file(path), path.string());
}

LoadedImage load_image(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  return {decode_image(bytes, path.string()), Hasher().update(std::span<const std::byte>(bytes)).hex()};
}

}  // namespace tagloom::datasets
