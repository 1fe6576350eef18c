#pragma once

/// What the demo set can draw, and which things share a picture.

#include <tagloom/base/random.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace tagloom::datasets {

/// In drawing order, from the back of the picture to its front.
enum class Thing {
  kSky,
  kNight,
  kSun,
  kMoon,
  kRainbow,
  kCloud,
  kMountain,
  kCity,
  kSea,
  kBeach,
  kGrass,
  kDesert,
  kSnow,
  kRoad,
  kTrain,
  kTree,
  kHouse,
  kCactus,
  kFlower,
  kHorse,
  kCar,
  kBoat,
  kFish,
  kBird,
};

/// The labels, in the order of Thing.
constexpr std::array<std::string_view, 24> kThingLabels = {
    "sky",   "night",  "sun",    "moon",   "rainbow", "cloud", "mountain", "city",
    "sea",   "beach",  "grass",  "desert", "snow",    "road",  "train",    "tree",
    "house", "cactus", "flower", "horse",  "car",     "boat",  "fish",     "bird"};

constexpr std::string_view label_of(Thing thing) {
  return kThingLabels[static_cast<std::size_t>(thing)];
}

constexpr std::size_t kMostThings = 5;

/// The things of one picture in drawing order: 1 to kMostThings, each once.
[[nodiscard]] std::vector<Thing> compose_scene(Random& random);

}  // namespace tagloom::datasets
