#pragma once

/// Many pictures at a glance: a grid of thumbnails, each with its tags and their confidences below.

#include "annotation/annotation.hpp"
#include "drawing/typeface.hpp"

#include <opencv2/core/mat.hpp>

#include <span>
#include <string>
#include <vector>

namespace tagloom::annotation::pictures {

/// Pictures on a sheet: the first ones.
inline constexpr std::size_t kMostOnSheet = 24;

/// Where a row of tags breaks: a rectangle a tag, of the given widths, from the left in lines of `width`
/// pixels. Ends before the first one that no longer fits in the lines that there are.
[[nodiscard]] std::vector<cv::Rect> flowed(std::span<const int> widths, int width, int lines);

struct SheetCell {
  /// As large as what `thumbnail` returns.
  cv::Mat thumbnail;
  std::string name;
  std::vector<Tag> tags;
};

/// The picture, as large as it gets on a ground of the size that all thumbnails have.
[[nodiscard]] cv::Mat thumbnail(const cv::Mat& rgb);

/// Red green blue. At least one cell, at most kMostOnSheet; `no_tags` stands where there are none.
[[nodiscard]] cv::Mat contact_sheet(std::span<const SheetCell> cells, const drawing::Typeface& typeface,
                                    const std::string& no_tags = "no tag");

}  // namespace tagloom::annotation::pictures
