#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/borrowed_image.hpp>

#include <fmt/format.h>

#include <limits>

namespace tagloom::datasets {

LoadedImage borrowed_image(const PixelsInMemory& pixels, std::string_view name) {
  constexpr std::int64_t kChannels = 3;
  constexpr std::int64_t kMost = std::numeric_limits<int>::max() / kChannels;
  const auto is_length = [](std::int64_t length) { return length > 0 && length <= kMost; };
  if (pixels.data == nullptr) throw DataError(fmt::format("the image {} has no pixels.", shown(name)));
  if (!is_length(pixels.height) || !is_length(pixels.width))
    throw DataError(fmt::format("the image {} has {} rows of {} pixels; a picture has from 1 to {} of both.",
                                shown(name), pixels.height, pixels.width, kMost));
  if (pixels.stride < pixels.width * kChannels)
    throw DataError(
        fmt::format("the image {} has rows of {} bytes; {} pixels of red, green and blue take {} or more.",
                    shown(name), pixels.stride, pixels.width, pixels.width * kChannels));
  // More than any processor addresses: where a row begins would be no number.
  constexpr std::int64_t kMostBytes = std::int64_t{1} << 47;
  if (pixels.stride > kMostBytes / pixels.height)
    throw DataError(fmt::format("the image {} has {} rows of {} bytes, more than any memory holds.",
                                shown(name), pixels.height, pixels.stride));
  LoadedImage image;
  // OpenCV has no type for pixels that are only read.
  image.rgb = cv::Mat(static_cast<int>(pixels.height), static_cast<int>(pixels.width), CV_8UC3,
                      const_cast<std::uint8_t*>(pixels.data), static_cast<std::size_t>(pixels.stride));
  return image;
}

}  // namespace tagloom::datasets
