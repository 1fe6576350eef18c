#pragma once

/// Draws the things of a demo picture, with jitter in colour, size and place. Backdrops (sky, sea, grass,
/// ...) fill bands from a horizon; objects stand in columns of their own so that none hides another.

#include "demo/demo_things.hpp"

#include <tagloom/base/random.hpp>

#include <opencv2/core.hpp>

#include <vector>

namespace tagloom::datasets {

class Painter {
 public:
  /// On black, since a ground alone may begin a little below the picture's edge.
  Painter(int width, int height, Random& random)
      : random_(random), image_(height, width, CV_8UC3, cv::Scalar()) {}

  /// The finished picture, 8-bit in OpenCV's order blue, green, red.
  [[nodiscard]] cv::Mat paint(const std::vector<Thing>& things);

 private:
  void paint(Thing thing);

  // demo_backdrops.cpp
  void paint_sky(const cv::Scalar& top);
  void paint_ground(const cv::Scalar& fill, double middle, double roughness);
  void paint_sea();
  void paint_mountain();
  void paint_city();
  void paint_road();
  void paint_grass();
  void paint_grain();

  // demo_objects.cpp
  void paint_sun();
  void paint_moon();
  void paint_rainbow();
  void paint_cloud();
  void paint_train();
  void paint_tree();
  void paint_house();
  void paint_cactus();
  void paint_flowers();
  void paint_horse();
  void paint_car();
  void paint_boat();
  void paint_fish();
  void paint_birds();

  // demo_painter.cpp: geometry in units of a hundredth of the picture's height, x from the left, y from the
  // top
  [[nodiscard]] cv::Point at(double x, double y) const;
  [[nodiscard]] int length(double units) const;
  [[nodiscard]] double width() const { return 100.0 * image_.cols / image_.rows; }
  /// The middle of a column that is still free: above all roofs and peaks, or standing on the ground.
  [[nodiscard]] cv::Point2d sky_place();
  [[nodiscard]] cv::Point2d ground_place();
  /// A colour given as red, green, blue, a little off.
  [[nodiscard]] cv::Scalar colour(double red, double green, double blue, double jitter = 18.0);
  void polygon(const std::vector<cv::Point>& corners, const cv::Scalar& fill);
  void box(double left, double top, double right, double bottom, const cv::Scalar& fill);
  void ellipse(double x, double y, double radius_x, double radius_y, const cv::Scalar& fill);
  void line(double x1, double y1, double x2, double y2, const cv::Scalar& stroke, double thickness);

  Random& random_;
  cv::Mat image_;
  /// 0 if there is no sky.
  double horizon_ = 0.0;
  bool is_night_ = false;
  std::vector<double> sky_columns_;
  std::vector<double> ground_columns_;
};

}  // namespace tagloom::datasets
