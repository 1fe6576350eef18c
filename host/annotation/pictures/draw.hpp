#pragma once

/// Draws a picture with its tags and their confidences: beside it in a list or, where it is known where the
/// model looked, one panel a tag with the map laid over the picture.

#include "annotation/annotation.hpp"
#include "drawing/typeface.hpp"

#include <tagloom/encoder.hpp>

#include <opencv2/core/mat.hpp>

#include <string>

namespace tagloom::annotation::pictures {

struct Drawing {
  const drawing::Typeface& typeface;
  /// Says what of a picture its maps cover.
  Preprocessing preprocessing;
  /// In place of tags, where there are none.
  std::string no_tags = "no tag";
};

/// A drawing of at most kLongestSide pixels a side, red green blue. At most kMostTags tags are on it; a line
/// says how many more there are. `rgb` has at least one pixel.
[[nodiscard]] cv::Mat draw_annotation(const cv::Mat& rgb, const Annotation& annotation,
                                      const Drawing& drawing);

}  // namespace tagloom::annotation::pictures
