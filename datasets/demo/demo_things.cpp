#include "demo/demo_things.hpp"

#include <algorithm>
#include <utility>

namespace tagloom::datasets {
namespace {

struct SceneKind {
  double weight;
  std::vector<Thing> always;
  std::vector<std::pair<Thing, double>> sometimes;
};

/// Probabilities make a long tail: sky in most pictures, a rainbow or a train in a few of a hundred.
std::vector<SceneKind> scene_kinds() {
  using enum Thing;
  return {
      {0.22, {kSky, kSea}, {{kSun, 0.45}, {kBoat, 0.5}, {kBeach, 0.35}, {kCloud, 0.35}, {kBird, 0.3}}},
      {0.28,
       {kSky, kGrass},
       {{kTree, 0.6},
        {kCloud, 0.35},
        {kHouse, 0.3},
        {kFlower, 0.3},
        {kHorse, 0.22},
        {kSun, 0.25},
        {kRainbow, 0.1},
        {kTrain, 0.08}}},
      {0.16, {kSky, kMountain}, {{kSnow, 0.5}, {kTree, 0.45}, {kCloud, 0.35}, {kSun, 0.15}, {kBird, 0.15}}},
      {0.11, {kSky, kDesert}, {{kCactus, 0.7}, {kSun, 0.7}, {kMountain, 0.15}}},
      {0.13, {kSky, kCity}, {{kRoad, 0.6}, {kTree, 0.2}, {kCloud, 0.25}, {kTrain, 0.08}}},
      {0.05, {kSea}, {{kFish, 0.9}}},
      {0.05, {kGrass, kFlower}, {}},
  };
}

const SceneKind& choose(const std::vector<SceneKind>& kinds, Random& random) {
  double left = random.uniform();
  for (const auto& kind : kinds) {
    left -= kind.weight;
    if (left < 0.0) return kind;
  }
  return kinds.back();
}

bool has(const std::vector<Thing>& things, Thing thing) {
  return std::ranges::find(things, thing) != things.end();
}

void turn_into_night(std::vector<Thing>& things) {
  std::ranges::replace(things, Thing::kSky, Thing::kNight);
  std::ranges::replace(things, Thing::kSun, Thing::kMoon);
  std::erase(things, Thing::kRainbow);
  std::erase(things, Thing::kBird);
}

}  // namespace

std::vector<Thing> compose_scene(Random& random) {
  const auto kinds = scene_kinds();
  const auto& kind = choose(kinds, random);
  auto things = kind.always;
  std::vector<Thing> extras;
  for (const auto& [thing, probability] : kind.sometimes) {
    if (random.chance(probability)) extras.push_back(thing);
  }
  random.shuffle(extras);
  extras.resize(std::min(extras.size(), kMostThings - things.size()));
  things.insert(things.end(), extras.begin(), extras.end());
  // Cars keep to roads.
  if (has(things, Thing::kRoad) && things.size() < kMostThings && random.chance(0.75))
    things.push_back(Thing::kCar);
  if (has(things, Thing::kSky) && random.chance(0.13)) {
    turn_into_night(things);
    if (!has(things, Thing::kMoon) && things.size() < kMostThings && random.chance(0.6))
      things.push_back(Thing::kMoon);
  }
  std::ranges::sort(things);
  return things;
}

}  // namespace tagloom::datasets
