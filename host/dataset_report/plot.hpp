#pragma once

/// A frame with two axes, in which a figure is drawn.

#include "dataset_report/pen.hpp"

#include <opencv2/core/types.hpp>

#include <string>
#include <vector>

namespace tagloom::dataset_report {

struct Tick {
  double value = 0.0;
  std::string text;
};

/// What values lie on an axis, and where.
struct Axis {
  double low = 0.0;
  double high = 1.0;
  bool logarithmic = false;
  std::vector<Tick> ticks;
  std::string title;

  /// 0 at `low`, 1 at `high`.
  [[nodiscard]] double share(double value) const;
};

/// Ticks at 1, 2 and 5 times powers of ten, or fewer where these were too many. From `low` to `high`, which
/// are above 0 and not equal.
[[nodiscard]] Axis logarithmic_axis(double low, double high, std::string title);
/// Ticks at even numbers, a handful. `high` is above `low`.
[[nodiscard]] Axis linear_axis(double low, double high, std::string title);

class Plot {
 public:
  /// Draws axes and grid within `area`.
  Plot(const Pen& pen, const cv::Rect& area, Axis x, Axis y);

  [[nodiscard]] cv::Point2d at(double x, double y) const;
  [[nodiscard]] const cv::Rect& inside() const { return inside_; }

 private:
  cv::Rect inside_;
  Axis x_;
  Axis y_;
};

/// Names of splits with their colours, to the left of `end`.
void draw_key(const Pen& pen, cv::Point end, const std::vector<std::string>& splits);

}  // namespace tagloom::dataset_report
