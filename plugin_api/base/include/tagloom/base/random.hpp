#pragma once

/// The one way to draw random numbers: what is drawn follows from the seed alone, with every standard library
/// (std::mt19937_64 and std::seed_seq are specified to the bit, but the standard's distributions and
/// std::shuffle are not), and every outcome is as likely as another.

#include <tagloom/base/export.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <utility>
#include <vector>

namespace tagloom {

/// A stream of draws. Runs that were begun by an older version go on with this one's draws: which numbers a
/// call takes from the generator, and what it makes of them, must stay as it is.
class TAGLOOM_API Random {
 public:
  explicit Random(std::uint64_t seed);
  /// One of the streams of a seed, which do not overlap: `stream` names it (a purpose, an epoch, ...).
  Random(std::uint64_t seed, std::initializer_list<std::uint32_t> stream);

  [[nodiscard]] std::uint64_t bits() { return generator_(); }
  /// Below `bound`, which must be positive.
  [[nodiscard]] std::uint64_t index(std::uint64_t bound);
  /// In [0, 1), with 53 random bits.
  [[nodiscard]] double uniform();
  [[nodiscard]] double uniform(double low, double high);
  /// In [0, 1), with the 24 random bits that a float holds.
  [[nodiscard]] float uniform_float();
  [[nodiscard]] bool chance(double probability);
  /// Standard normal, by Box and Muller; as exact as the machine's logarithm and cosine.
  [[nodiscard]] double normal();

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t left = items.size(); left > 1; --left)
      std::swap(items[left - 1], items[static_cast<std::size_t>(index(left))]);
  }

 private:
  std::mt19937_64 generator_;
};

}  // namespace tagloom
