#pragma once

/// A picture's look in some hundred bytes, by which another file of the same picture is found: saved anew, in
/// another size, quality or format, in grey, brighter. Cut at the edges by more than a hundredth, it is
/// another picture.
///
/// Two pictures look alike if two things hold, since either alone is wrong about pictures with little in
/// them: their thumbnails correlate (sunsets do, and skies with a dot in the middle), and in few places the
/// one gets brighter where the other gets darker (in an even sky this is noise, the same only in copies).

#include <opencv2/core/mat.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tagloom::datasets {

/// The picture in grey, averaged to kLookWidth x kLookHeight, whatever its shape.
inline constexpr int kLookWidth = 17;
inline constexpr int kLookHeight = 16;

struct Look {
  /// Whether a place is darker than the one to its right ("dHash"); the places of a row are 16.
  std::array<std::uint64_t, 4> darker = {};
  /// Brightness less its mean, in 32nds of its standard deviation.
  std::array<std::int8_t, static_cast<std::size_t>(kLookWidth* kLookHeight)> brightness = {};

  bool operator==(const Look&) const = default;
};

/// Nothing for a picture that is as good as of one colour, which has no look but noise. `rgb` is 8-bit, three
/// channels, at least one pixel.
[[nodiscard]] std::optional<Look> look_of(const cv::Mat& rgb);

/// In how many of 256 places they differ in what is darker.
[[nodiscard]] int different_places(const Look& one, const Look& other);
/// Pearson's, of their brightness.
[[nodiscard]] double correlation(const Look& one, const Look& other);

/// Who correlates less must differ in fewer places.
struct LookBound {
  int most_different_places = 0;
  double least_correlation = 0.0;
};
/// Two pictures look alike within any of these; the widest first. Measured on Corel-5k and the demo set:
/// docs/dataset-info.md.
inline constexpr std::array<LookBound, 2> kLookBounds = {{{64, 0.98}, {40, 0.95}}};

/// Two pictures that look alike, by their places in a list.
struct LookPair {
  std::size_t first = 0;
  std::size_t second = 0;
  double correlation = 0.0;
  int different_places = 0;
};

/// Where many pictures are alike, each is paired with so many behind it and no more: all of n would be n * n.
inline constexpr std::size_t kMostPairsOfOne = 100;

/// Pairs by their places, the first before the second: of each picture those with the first kMostPairsOfOne
/// behind it, and that with the first of all it looks like, which tells whether one in an earlier split does.
/// What has no look is in none. Throws Interrupted if a stop is asked for meanwhile.
[[nodiscard]] std::vector<LookPair> look_pairs(std::span<const std::optional<Look>> looks,
                                               std::size_t threads = 1);

}  // namespace tagloom::datasets
