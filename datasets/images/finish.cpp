#include "images/finish.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>

namespace tagloom::datasets {

cv::Mat in_8_bits(const cv::Mat& pixels, std::optional<std::uint64_t> white) {
  const std::uint64_t most = white.value_or(pixels.depth() == CV_8U ? 255 : 65535);
  if (pixels.depth() == CV_8U && most == 255) return pixels;
  cv::Mat narrow;
  pixels.convertTo(narrow, CV_8U, 255.0 / static_cast<double>(most));
  return narrow;
}

cv::Mat on_white(const cv::Mat& rgba, Alpha kind) {
  if (rgba.channels() != 4) return rgba;
  cv::Mat rgb(rgba.size(), CV_8UC3);
  if (kind == Alpha::kNone) {
    cv::cvtColor(rgba, rgb, cv::COLOR_RGBA2RGB);
    return rgb;
  }
  for (int y = 0; y < rgba.rows; ++y) {
    const auto* source = rgba.ptr<cv::Vec4b>(y);
    auto* target = rgb.ptr<cv::Vec3b>(y);
    for (int x = 0; x < rgba.cols; ++x) {
      const int alpha = source[x][3];
      const int white = 255 - alpha;
      for (int color = 0; color < 3; ++color) {
        const int value = source[x][color];
        const int seen =
            kind == Alpha::kPremultiplied ? value + white : (value * alpha + 255 * white + 127) / 255;
        target[x][color] = static_cast<unsigned char>(std::min(seen, 255));
      }
    }
  }
  return rgb;
}

cv::Mat upright(const cv::Mat& pixels, int orientation) {
  constexpr int kBoth = -1;
  constexpr int kUpsideDown = 0;
  constexpr int kMirrored = 1;
  cv::Mat turned;
  if (orientation >= 5) cv::transpose(pixels, turned);
  switch (orientation) {
    case 2:
      cv::flip(pixels, turned, kMirrored);
      break;
    case 3:
      cv::flip(pixels, turned, kBoth);
      break;
    case 4:
      cv::flip(pixels, turned, kUpsideDown);
      break;
    case 5:
      break;
    case 6:
      cv::flip(turned, turned, kMirrored);
      break;
    case 7:
      cv::flip(turned, turned, kBoth);
      break;
    case 8:
      cv::flip(turned, turned, kUpsideDown);
      break;
    default:
      return pixels;
  }
  return turned;
}

}  // namespace tagloom::datasets
