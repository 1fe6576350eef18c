#pragma once

/// Random draws that are the same with every standard library: std::mt19937_64 is specified to the bit, but
/// the standard's distributions and std::shuffle are not.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

namespace tagloom::datasets {

class Random {
 public:
  explicit Random(std::uint64_t seed) : generator_(seed) {}

  /// Below `bound`, which must be positive.
  std::uint64_t index(std::uint64_t bound) {
    // Draws at the top end that would favour small results are thrown away.
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    std::uint64_t draw = generator_();
    while (draw >= limit)
      draw = generator_();
    return draw % bound;
  }

  /// In [0, 1), with 53 random bits.
  double uniform() { return static_cast<double>(generator_() >> 11) * 0x1.0p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  bool chance(double probability) { return uniform() < probability; }

  /// Standard normal, by Box and Muller.
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
  }

  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t left = items.size(); left > 1; --left) {
      std::swap(items[left - 1], items[static_cast<std::size_t>(index(left))]);
    }
  }

 private:
  std::mt19937_64 generator_;
};

}  // namespace tagloom::datasets
