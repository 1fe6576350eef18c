#pragma once

/// Pictures in another size.

#include <opencv2/core/mat.hpp>

namespace tagloom::drawing {

/// The largest size of the picture's shape that fits, neither side below 1.
[[nodiscard]] cv::Size fitted(cv::Size picture, cv::Size box);

/// The picture scaled to that size: averaged where it shrinks, smooth where it grows.
[[nodiscard]] cv::Mat scaled(const cv::Mat& rgb, cv::Size size);

}  // namespace tagloom::drawing
