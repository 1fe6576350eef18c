#pragma once

/// From decoded pixels to what is seen: white behind what is transparent, 8 bits, upright.

#include "images/picture_header.hpp"

#include <opencv2/core/mat.hpp>

#include <cstdint>
#include <optional>

namespace tagloom::datasets {

/// Numbers of 0 to `white`, or else to the largest of their 8 or 16 bits, as 0 to 255, rounded.
[[nodiscard]] cv::Mat in_8_bits(const cv::Mat& pixels, std::optional<std::uint64_t> white);

/// Red, green, blue and alpha, if there is one, on white.
[[nodiscard]] cv::Mat on_white(const cv::Mat& rgba, Alpha kind);

/// Turned and mirrored as Exif's orientation, 1 to 8, says.
[[nodiscard]] cv::Mat upright(const cv::Mat& pixels, int orientation);

}  // namespace tagloom::datasets
