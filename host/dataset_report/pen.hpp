#pragma once

/// Text and shapes on a page, smooth at their edges, and the colours of its figures: those of Okabe and Ito,
/// which people tell apart who see fewer colours.

#include "drawing/colors.hpp"
#include "drawing/typeface.hpp"

#include <opencv2/core/types.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tagloom::dataset_report {

using drawing::Color;

inline const Color kBlue(0, 114, 178);
inline const Color kVermilion(213, 94, 0);
inline const Color kGreen(0, 158, 115);
inline const Color kGrid(232, 235, 238);

/// That of "train", "validation" or "test" in all figures.
[[nodiscard]] Color color_of_split(std::string_view split);

/// Sizes of letters, in pixels.
inline constexpr int kTitleSize = 34;
inline constexpr int kHeadingSize = 22;
inline constexpr int kTextSize = 17;
inline constexpr int kSmallSize = 14;

enum class Align { left, center, right };

struct TextStyle {
  int size = kTextSize;
  Color color = drawing::kInk;
  Align align = Align::left;
  /// What is wider is cut, with an ellipsis.
  int width = 100000;
  /// Hides what is drawn there already.
  bool on_paper = false;
};

class Pen {
 public:
  Pen(cv::Mat& canvas, const drawing::Typeface& typeface) : canvas_(&canvas), typeface_(&typeface) {}

  /// `at` is where the baseline begins, has its middle, or ends.
  void text(cv::Point at, std::string_view text, const TextStyle& style = {}) const;
  /// From below to above, ending or beginning at `at`; Align::left begins there.
  void text_upward(cv::Point at, std::string_view text, const TextStyle& style = {}) const;
  [[nodiscard]] int width(std::string_view text, int size) const;

  void fill(const cv::Rect& place, Color color) const;
  void line(const std::vector<cv::Point2d>& points, Color color, int thickness = 1) const;
  /// `opacity` of 1 hides what is below.
  void disc(cv::Point2d center, double radius, Color color, double opacity = 1.0) const;
  /// As much of it as the page has.
  void picture(cv::Point at, const cv::Mat& rgb) const;

 private:
  cv::Mat* canvas_;
  const drawing::Typeface* typeface_;
};

}  // namespace tagloom::dataset_report
