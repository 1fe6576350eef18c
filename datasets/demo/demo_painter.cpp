#include "demo/demo_painter.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace tagloom::datasets {

cv::Mat Painter::paint(const std::vector<Thing>& things) {
  const auto has = [&](Thing thing) { return std::ranges::find(things, thing) != things.end(); };
  is_night_ = has(Thing::kNight);
  horizon_ = has(Thing::kSky) || is_night_ ? random_.uniform(42.0, 56.0) : 0.0;
  sky_columns_ = ground_columns_ = {1.0 / 6.0, 0.5, 5.0 / 6.0};
  random_.shuffle(sky_columns_);
  random_.shuffle(ground_columns_);
  for (const auto thing : things)
    paint(thing);
  paint_grain();
  return image_;
}

void Painter::paint(Thing thing) {
  switch (thing) {
    case Thing::kSky:
      return paint_sky(colour(70, 130, 215));
    case Thing::kNight:
      return paint_sky(colour(12, 12, 36, 8));
    case Thing::kSun:
      return paint_sun();
    case Thing::kMoon:
      return paint_moon();
    case Thing::kRainbow:
      return paint_rainbow();
    case Thing::kCloud:
      return paint_cloud();
    case Thing::kMountain:
      return paint_mountain();
    case Thing::kCity:
      return paint_city();
    case Thing::kSea:
      return paint_sea();
    case Thing::kBeach:
      return paint_ground(colour(235, 215, 160), 80.0, 3.0);
    case Thing::kGrass:
      return paint_grass();
    case Thing::kDesert:
      return paint_ground(colour(215, 150, 80), horizon_, 6.0);
    case Thing::kSnow:
      return paint_ground(colour(240, 243, 250, 8), 76.0, 4.0);
    case Thing::kRoad:
      return paint_road();
    case Thing::kTrain:
      return paint_train();
    case Thing::kTree:
      return paint_tree();
    case Thing::kHouse:
      return paint_house();
    case Thing::kCactus:
      return paint_cactus();
    case Thing::kFlower:
      return paint_flowers();
    case Thing::kHorse:
      return paint_horse();
    case Thing::kCar:
      return paint_car();
    case Thing::kBoat:
      return paint_boat();
    case Thing::kFish:
      return paint_fish();
    case Thing::kBird:
      return paint_birds();
  }
}

cv::Point Painter::at(double x, double y) const {
  const double unit = image_.rows / 100.0;
  return {static_cast<int>(std::lround(x * unit)), static_cast<int>(std::lround(y * unit))};
}

int Painter::length(double units) const {
  return std::max(1, static_cast<int>(std::lround(units * image_.rows / 100.0)));
}

cv::Point2d Painter::sky_place() {
  const double column = sky_columns_.back();
  if (sky_columns_.size() > 1) sky_columns_.pop_back();
  return {width() * (column + random_.uniform(-0.06, 0.06)), horizon_ * random_.uniform(0.22, 0.34)};
}

cv::Point2d Painter::ground_place() {
  const double column = ground_columns_.back();
  if (ground_columns_.size() > 1) ground_columns_.pop_back();
  return {width() * (column + random_.uniform(-0.05, 0.05)),
          horizon_ + (100.0 - horizon_) * random_.uniform(0.45, 0.75)};
}

cv::Scalar Painter::colour(double red, double green, double blue, double jitter) {
  const auto near = [&](double value) {
    return std::clamp(value + random_.uniform(-jitter, jitter), 0.0, 255.0);
  };
  const double b = near(blue);
  const double g = near(green);
  return {b, g, near(red)};
}

void Painter::polygon(const std::vector<cv::Point>& corners, const cv::Scalar& fill) {
  cv::fillPoly(image_, std::vector<std::vector<cv::Point>>{corners}, fill, cv::LINE_AA);
}

void Painter::box(double left, double top, double right, double bottom, const cv::Scalar& fill) {
  cv::rectangle(image_, at(left, top), at(right, bottom), fill, cv::FILLED);
}

void Painter::ellipse(double x, double y, double radius_x, double radius_y, const cv::Scalar& fill) {
  cv::ellipse(image_, at(x, y), {length(radius_x), length(radius_y)}, 0.0, 0.0, 360.0, fill, cv::FILLED,
              cv::LINE_AA);
}

void Painter::line(double x1, double y1, double x2, double y2, const cv::Scalar& stroke, double thickness) {
  cv::line(image_, at(x1, y1), at(x2, y2), stroke, length(thickness), cv::LINE_AA);
}

}  // namespace tagloom::datasets
