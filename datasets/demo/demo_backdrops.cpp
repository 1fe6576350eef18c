#include "demo/demo_painter.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace tagloom::datasets {

void Painter::paint_sky(const cv::Scalar& top) {
  const auto bottom = is_night_ ? colour(28, 26, 70, 8) : colour(165, 205, 240);
  for (int row = 0; row < image_.rows; ++row) {
    const double down = std::min(1.0, 100.0 * row / image_.rows / std::max(horizon_, 1.0));
    image_.row(row).setTo(top * (1.0 - down) + bottom * down);
  }
}

void Painter::paint_ground(const cv::Scalar& fill, double middle, double roughness) {
  const double top = middle + random_.uniform(-3.0, 3.0);
  const double phase = random_.uniform(0.0, 6.0);
  const double waves = random_.uniform(0.03, 0.06);
  std::vector<cv::Point> outline = {at(width(), 101.0), at(0.0, 101.0)};
  for (double x = 0.0; x <= width() + 4.0; x += 4.0) {
    outline.push_back(at(x, top + roughness * 0.5 * (1.0 + std::sin(phase + waves * x * 2.0))));
  }
  polygon(outline, fill);
}

void Painter::paint_sea() {
  box(0.0, horizon_, width(), 101.0, colour(15, 85, 140));
  const auto foam = colour(90, 165, 205);
  for (int wave = 0; wave < 16; ++wave) {
    const double x = random_.uniform(0.0, width());
    const double y = random_.uniform(horizon_ + 3.0, 99.0);
    const double reach = random_.uniform(4.0, 10.0);
    line(x - reach, y, x + reach, y, foam, 1.0);
  }
}

void Painter::paint_mountain() {
  const auto rock = colour(105, 95, 100);
  const auto shadow = rock * 0.7;
  // Everything below the peaks is rock unless something nearer covers it.
  box(0.0, horizon_ + 12.0, width(), 101.0, rock * 0.85);
  for (const double column : {0.25, 0.75, 0.5}) {
    const double x = width() * (column + random_.uniform(-0.1, 0.1));
    const double peak = horizon_ * random_.uniform(0.48, 0.75);
    const double base = horizon_ + 14.0;
    const double half = random_.uniform(32.0, 46.0);
    polygon({at(x - half, base), at(x, peak), at(x + half, base)}, rock);
    polygon({at(x, peak), at(x + half, base), at(x + half * 0.25, base)}, shadow);
  }
}

void Painter::paint_city() {
  box(0.0, horizon_ + 10.0, width(), 101.0, colour(130, 128, 125));
  double x = 0.0;
  while (x < width()) {
    const double wide = random_.uniform(12.0, 22.0);
    const double top = horizon_ * random_.uniform(0.48, 0.8);
    const double base = horizon_ + 18.0;
    const auto wall = is_night_ ? colour(45, 45, 55, 10) : colour(150, 105, 100, 30);
    box(x, top, x + wide, base, wall);
    const auto window = is_night_ ? colour(250, 220, 110) : colour(215, 230, 240);
    for (double y = top + 4.0; y < base - 4.0; y += 7.0) {
      for (double column = x + 2.5; column < x + wide - 3.5; column += 5.0)
        box(column, y, column + 2.0, y + 3.0, window);
    }
    x += wide + random_.uniform(0.0, 3.0);
  }
}

void Painter::paint_road() {
  box(0.0, 78.0, width(), 101.0, colour(50, 50, 55, 10));
  const auto dash = colour(245, 240, 200, 8);
  for (double x = random_.uniform(-10.0, 0.0); x < width(); x += 18.0)
    box(x, 88.0, x + 9.0, 89.5, dash);
}

void Painter::paint_grass() {
  paint_ground(colour(75, 150, 55), horizon_, horizon_ > 0.0 ? 5.0 : 0.0);
  const auto blade = colour(45, 110, 35);
  for (int i = 0; i < 60; ++i) {
    const double x = random_.uniform(0.0, width());
    const double y = random_.uniform(horizon_ + 8.0, 100.0);
    const double lean = random_.uniform(-1.5, 1.5);
    const double tall = random_.uniform(2.0, 4.0);
    line(x, y, x + lean, y - tall, blade, 0.6);
  }
}

void Painter::paint_grain() {
  const double gain = random_.uniform(0.88, 1.1);
  for (auto pixel = image_.begin<cv::Vec3b>(); pixel != image_.end<cv::Vec3b>(); ++pixel) {
    for (int channel = 0; channel < 3; ++channel) {
      auto& value = (*pixel)[channel];
      value = cv::saturate_cast<unsigned char>(gain * value + random_.uniform(-9.0, 9.0));
    }
  }
}

}  // namespace tagloom::datasets
