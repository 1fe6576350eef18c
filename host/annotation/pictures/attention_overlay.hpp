#pragma once

/// Where a model looked, laid over the picture in viridis: a scale that grows evenly in lightness, and that
/// those who do not tell red from green read as others do. The picture below turns grey, so that colour means
/// attention alone.

#include <tagloom/encoder.hpp>

#include <opencv2/core/mat.hpp>

namespace tagloom::annotation::pictures {

/// What of a picture of that size the encoder sees: all of it, or the square in its middle.
[[nodiscard]] cv::Rect seen_part(cv::Size picture, const Preprocessing& preprocessing);

/// `map` is float, not negative, and of any size; it is stretched over `seen`, bilinearly, from 0 to its own
/// maximum. What lies outside of `seen` has the picture's grey alone.
[[nodiscard]] cv::Mat with_attention(const cv::Mat& rgb, const cv::Mat& map, const cv::Rect& seen);

/// The scale, from nothing on the left to the most on the right, of one row.
[[nodiscard]] cv::Mat attention_scale(int width);

}  // namespace tagloom::annotation::pictures
