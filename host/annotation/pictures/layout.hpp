#pragma once

/// What lies where on a drawing of one picture. Only sizes come in and rectangles go out, so that a test can
/// hold them to the paper's edge and to one another.

#include <opencv2/core/types.hpp>

#include <vector>

namespace tagloom::annotation::pictures {

struct Page {
  cv::Size canvas;
  /// The picture, once or a panel a tag.
  std::vector<cv::Rect> pictures;
  /// For the picture's name.
  cv::Rect title;
  /// A line a tag: its label, its confidence and a bar.
  std::vector<cv::Rect> lines;
  /// For what is said of all of them; empty if nothing is.
  cv::Rect footer;
};

/// The picture and, to its right, a line a tag.
[[nodiscard]] Page list_page(cv::Size picture, int tags, bool footer);

/// A grid with the picture first and then one of it a tag, each with its line below; the first has the title
/// there. Small pictures are shown enlarged; so many columns that they are as large as they can be.
[[nodiscard]] Page panels_page(cv::Size picture, int tags);

}  // namespace tagloom::annotation::pictures
