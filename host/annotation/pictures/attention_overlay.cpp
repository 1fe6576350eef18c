#include "annotation/pictures/attention_overlay.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace tagloom::annotation::pictures {
namespace {

/// How much of the colour lies over the picture's grey, where the model looked least and where most: a strong
/// veil over what it did not look at would only hide the picture.
constexpr double kLeastOpacity = 0.25;
constexpr double kMostOpacity = 0.6;

cv::Mat in_grey(const cv::Mat& rgb) {
  cv::Mat grey;
  cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
  cv::cvtColor(grey, grey, cv::COLOR_GRAY2RGB);
  return grey;
}

cv::Mat in_viridis(const cv::Mat& bytes) {
  cv::Mat colors;
  cv::applyColorMap(bytes, colors, cv::COLORMAP_VIRIDIS);
  cv::cvtColor(colors, colors, cv::COLOR_BGR2RGB);
  return colors;
}

/// From 0 to 255, the most at 255.
cv::Mat as_bytes(const cv::Mat& map, cv::Size size) {
  cv::Mat stretched;
  cv::resize(map, stretched, size, 0, 0, cv::INTER_LINEAR);
  double most = 0;
  cv::minMaxLoc(map, nullptr, &most);
  cv::Mat bytes;
  stretched.convertTo(bytes, CV_8U, most > 0 ? 255.0 / most : 0.0);
  return bytes;
}

}  // namespace

cv::Rect seen_part(cv::Size picture, const Preprocessing& preprocessing) {
  if (preprocessing.rule == ResizeRule::squish) return {{0, 0}, picture};
  const double share = static_cast<double>(preprocessing.size) / static_cast<double>(preprocessing.resize_to);
  const auto shorter = static_cast<double>(std::min(picture.width, picture.height));
  const int side =
      std::clamp(static_cast<int>(std::lround(shorter * share)), 1, std::min(picture.width, picture.height));
  return {(picture.width - side) / 2, (picture.height - side) / 2, side, side};
}

cv::Mat with_attention(const cv::Mat& rgb, const cv::Mat& map, const cv::Rect& seen) {
  cv::Mat drawn = in_grey(rgb);
  const cv::Mat looked = as_bytes(map, seen.size());
  const cv::Mat below = drawn(seen);
  cv::Mat weights;
  looked.convertTo(weights, CV_32F, (kMostOpacity - kLeastOpacity) / 255, kLeastOpacity);
  cv::blendLinear(in_viridis(looked), below, weights, 1 - weights, below);
  return drawn;
}

cv::Mat attention_scale(int width) {
  cv::Mat bytes(1, width, CV_8U);
  for (int x = 0; x < width; ++x)
    bytes.at<std::uint8_t>(0, x) = static_cast<std::uint8_t>(255 * x / std::max(1, width - 1));
  return in_viridis(bytes);
}

}  // namespace tagloom::annotation::pictures
