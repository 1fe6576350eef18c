#include <tagloom/base/random.hpp>

#include <cmath>
#include <numbers>

namespace tagloom {
namespace {

std::mt19937_64 generator_of(std::uint64_t seed, std::initializer_list<std::uint32_t> stream) {
  std::vector<std::uint32_t> words{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
  words.insert(words.end(), stream);
  std::seed_seq sequence(words.begin(), words.end());
  return std::mt19937_64(sequence);
}

}  // namespace

Random::Random(std::uint64_t seed) : generator_(seed) {}

Random::Random(std::uint64_t seed, std::initializer_list<std::uint32_t> stream)
    : generator_(generator_of(seed, stream)) {}

std::uint64_t Random::index(std::uint64_t bound) {
  // Draws at the top end that would favour small results are thrown away.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t draw = generator_();
  while (draw >= limit)
    draw = generator_();
  return draw % bound;
}

double Random::uniform() {
  return static_cast<double>(generator_() >> 11) * 0x1.0p-53;
}

double Random::uniform(double low, double high) {
  return low + (high - low) * uniform();
}

float Random::uniform_float() {
  return static_cast<float>(generator_() >> 40) * 0x1.0p-24F;
}

bool Random::chance(double probability) {
  return uniform() < probability;
}

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

}  // namespace tagloom
