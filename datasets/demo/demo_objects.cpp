#include "demo/demo_painter.hpp"

#include <opencv2/imgproc.hpp>

#include <array>
#include <cmath>
#include <numbers>

namespace tagloom::datasets {

void Painter::paint_sun() {
  const auto fill = colour(255, 215, 50);
  const double radius = random_.uniform(8.0, 12.0);
  const auto place = sky_place();
  for (int ray = 0; ray < 12; ++ray) {
    const double angle = ray * std::numbers::pi / 6.0;
    const double reach = radius * 1.6;
    line(place.x, place.y, place.x + reach * std::cos(angle), place.y + reach * std::sin(angle), fill, 1.2);
  }
  ellipse(place.x, place.y, radius, radius, fill);
}

void Painter::paint_moon() {
  const auto place = sky_place();
  const double radius = random_.uniform(7.0, 10.0);
  const auto fill = colour(235, 235, 215, 10);
  ellipse(place.x, place.y, radius, radius, fill);
  ellipse(place.x - radius * 0.3, place.y + radius * 0.2, radius * 0.22, radius * 0.22, fill * 0.8);
  ellipse(place.x + radius * 0.35, place.y - radius * 0.3, radius * 0.16, radius * 0.16, fill * 0.8);
}

void Painter::paint_rainbow() {
  const double x = width() * random_.uniform(0.35, 0.65);
  double radius = random_.uniform(40.0, 48.0);
  for (const auto& band : {colour(225, 40, 40), colour(245, 150, 40), colour(245, 230, 60),
                           colour(60, 180, 75), colour(60, 90, 220), colour(140, 60, 180)}) {
    cv::ellipse(image_, at(x, horizon_ + 6.0), {length(radius), length(radius)}, 0.0, 180.0, 360.0, band,
                length(2.4), cv::LINE_AA);
    radius -= 2.2;
  }
}

void Painter::paint_cloud() {
  const auto place = sky_place();
  const auto fill = is_night_ ? colour(110, 112, 130, 10) : colour(248, 248, 250, 6);
  for (const double offset : {-10.0, -4.0, 3.0, 9.0}) {
    const double rise = random_.uniform(-2.5, 1.5);
    const double radius_x = random_.uniform(7.0, 9.0);
    const double radius_y = random_.uniform(4.0, 6.5);
    ellipse(place.x + offset, place.y + rise, radius_x, radius_y, fill);
  }
}

void Painter::paint_train() {
  const double bottom = horizon_ + 20.0;
  const auto fill = colour(190, 30, 35);
  line(0.0, bottom + 4.0, width(), bottom + 4.0, colour(70, 60, 55), 1.5);
  double left = random_.uniform(2.0, 12.0);
  for (int wagon = 0; wagon < 4; ++wagon) {
    box(left, bottom - 14.0, left + 27.0, bottom, fill);
    box(left, bottom - 5.0, left + 27.0, bottom - 3.5, cv::Scalar(235, 235, 235));
    for (double x = left + 3.0; x < left + 24.0; x += 6.0) {
      box(x, bottom - 12.0, x + 3.5, bottom - 7.5, cv::Scalar(250, 235, 190));
    }
    for (const double x : {left + 5.0, left + 22.0})
      ellipse(x, bottom + 1.5, 2.5, 2.5, cv::Scalar(30, 30, 30));
    left += 29.0;
  }
}

void Painter::paint_tree() {
  const auto place = ground_place();
  const double size = random_.uniform(0.85, 1.2);
  box(place.x - 2.0 * size, place.y - 18.0 * size, place.x + 2.0 * size, place.y, colour(95, 60, 30));
  const auto leaves = colour(25, 85, 35);
  for (const auto& [x, y, radius] : {std::array{-6.0, -21.0, 8.0}, {6.0, -21.0, 8.0}, {0.0, -30.0, 9.5}}) {
    ellipse(place.x + x * size, place.y + y * size, radius * size, radius * size, leaves);
  }
}

void Painter::paint_house() {
  const auto place = ground_place();
  const double half = random_.uniform(11.0, 14.0);
  const double top = place.y - random_.uniform(16.0, 20.0);
  box(place.x - half, top, place.x + half, place.y, colour(235, 220, 190));
  polygon({at(place.x - half - 3.0, top), at(place.x, top - 13.0), at(place.x + half + 3.0, top)},
          colour(165, 50, 40));
  box(place.x - 2.5, place.y - 10.0, place.x + 2.5, place.y, colour(90, 55, 30));
  for (const double x : {-half + 2.0, half - 6.0}) {
    box(place.x + x, top + 4.0, place.x + x + 4.0, top + 8.5, colour(70, 110, 150));
  }
}

void Painter::paint_cactus() {
  const auto fill = colour(40, 120, 65);
  const int plants = 1 + static_cast<int>(random_.index(2));
  for (int plant = 0; plant < plants; ++plant) {
    const auto place = ground_place();
    const double tall = random_.uniform(26.0, 36.0);
    line(place.x, place.y, place.x, place.y - tall, fill, 5.0);
    for (const double side : {-9.0, 9.0}) {
      const double elbow = place.y - tall * random_.uniform(0.35, 0.55);
      line(place.x, elbow, place.x + side, elbow, fill, 3.5);
      line(place.x + side, elbow, place.x + side, elbow - tall * 0.3, fill, 3.5);
    }
  }
}

void Painter::paint_flowers() {
  // Without a sky the flowers are the picture, as in a close-up.
  const double size = horizon_ > 0.0 ? random_.uniform(2.0, 2.6) : random_.uniform(4.5, 6.0);
  const auto petal = random_.chance(0.5) ? colour(230, 40, 110) : colour(250, 225, 40);
  for (int flower = 0; flower < (horizon_ > 0.0 ? 9 : 5); ++flower) {
    const double x = random_.uniform(size * 2.0, width() - size * 2.0);
    const double y = horizon_ > 0.0 ? random_.uniform(84.0, 95.0) : random_.uniform(15.0, 80.0);
    line(x, y, x, y + size * 4.0, colour(30, 95, 30), size * 0.4);
    for (int leaf = 0; leaf < 6; ++leaf) {
      const double angle = leaf * std::numbers::pi / 3.0;
      ellipse(x + size * std::cos(angle), y + size * std::sin(angle), size * 0.65, size * 0.65, petal);
    }
    ellipse(x, y, size * 0.6, size * 0.6, colour(120, 70, 20));
  }
}

void Painter::paint_horse() {
  const auto place = ground_place();
  const auto coat = colour(110, 65, 35);
  const double way = random_.chance(0.5) ? 1.0 : -1.0;
  ellipse(place.x, place.y - 13.0, 12.0, 5.5, coat);
  for (const double leg : {-9.0, -6.0, 6.0, 9.0})
    line(place.x + leg, place.y - 12.0, place.x + leg, place.y, coat, 2.2);
  line(place.x + way * 9.0, place.y - 15.0, place.x + way * 15.0, place.y - 25.0, coat, 4.5);
  ellipse(place.x + way * 17.5, place.y - 25.0, 5.0, 2.6, coat);
  line(place.x - way * 11.0, place.y - 15.0, place.x - way * 16.0, place.y - 7.0, coat * 0.5, 1.8);
}

void Painter::paint_car() {
  const double x = ground_place().x;
  const double y = random_.uniform(92.0, 96.0);
  constexpr std::array<std::array<double, 3>, 3> kPaints = {{{215, 30, 30}, {30, 80, 205}, {240, 200, 30}}};
  const auto& paint = kPaints[static_cast<std::size_t>(random_.index(kPaints.size()))];
  const auto fill = colour(paint[0], paint[1], paint[2]);
  box(x - 16.0, y - 9.0, x + 16.0, y - 1.0, fill);
  polygon({at(x - 11.0, y - 9.0), at(x - 7.0, y - 16.0), at(x + 6.0, y - 16.0), at(x + 11.0, y - 9.0)}, fill);
  polygon({at(x - 8.0, y - 9.5), at(x - 5.5, y - 14.0), at(x + 4.5, y - 14.0), at(x + 8.0, y - 9.5)},
          cv::Scalar(235, 215, 190));
  for (const double wheel : {-9.0, 9.0}) {
    ellipse(x + wheel, y - 1.0, 4.0, 4.0, cv::Scalar(20, 20, 20));
    ellipse(x + wheel, y - 1.0, 1.6, 1.6, cv::Scalar(190, 190, 190));
  }
}

void Painter::paint_boat() {
  const double x = ground_place().x;
  const double y = horizon_ + random_.uniform(12.0, 20.0);
  polygon({at(x - 15.0, y - 5.0), at(x + 15.0, y - 5.0), at(x + 10.0, y + 2.0), at(x - 11.0, y + 2.0)},
          colour(130, 65, 35));
  line(x, y - 5.0, x, y - 32.0, colour(80, 50, 30), 1.2);
  polygon({at(x + 1.5, y - 31.0), at(x + 1.5, y - 8.0), at(x + 14.0, y - 8.0)}, colour(248, 245, 235, 7));
  polygon({at(x - 1.5, y - 27.0), at(x - 1.5, y - 8.0), at(x - 10.0, y - 8.0)}, colour(225, 80, 60));
}

void Painter::paint_fish() {
  const auto fill = random_.chance(0.5) ? colour(250, 140, 30) : colour(245, 225, 70);
  const int fishes = 2 + static_cast<int>(random_.index(3));
  for (int fish = 0; fish < fishes; ++fish) {
    const double x = random_.uniform(18.0, width() - 18.0);
    const double y = (fish + 0.5) * 100.0 / fishes + random_.uniform(-6.0, 6.0);
    const double way = random_.chance(0.5) ? 1.0 : -1.0;
    polygon({at(x - way * 8.0, y), at(x - way * 17.0, y - 6.0), at(x - way * 17.0, y + 6.0)}, fill * 0.85);
    ellipse(x, y, 12.0, 6.0, fill);
    ellipse(x + way * 7.0, y - 1.5, 1.2, 1.2, cv::Scalar(20, 20, 20));
  }
}

void Painter::paint_birds() {
  const auto place = sky_place();
  const auto fill = colour(25, 25, 30, 10);
  for (const auto& [x, y] : {std::array{-8.0, 3.0}, {0.0, -3.0}, {8.0, 3.0}}) {
    const double wing = random_.uniform(4.0, 5.5);
    line(place.x + x - wing, place.y + y - wing * 0.6, place.x + x, place.y + y, fill, 1.4);
    line(place.x + x, place.y + y, place.x + x + wing, place.y + y - wing * 0.6, fill, 1.4);
  }
}

}  // namespace tagloom::datasets
