#pragma once

/// Which labels come together, and how much more often than by chance.

#include <tagloom/datasets/dataset.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tagloom::datasets {

/// Two labels and the images that have both.
struct LabelPair {
  std::int64_t first = 0;
  std::int64_t second = 0;
  std::int64_t images = 0;
  /// How many times more images have both than if the one had nothing to do with the other.
  double lift = 0.0;
  /// The normalised pointwise mutual information.
  double npmi = 0.0;
};

/// Numbers of images.
struct Together {
  std::int64_t both = 0;
  std::int64_t first = 0;
  std::int64_t second = 0;
  std::int64_t all = 0;
};

/// p(a, b) / (p(a) p(b)); 0 where no image has one of the labels.
[[nodiscard]] double lift(const Together& images);

/// ln lift / -ln p(a, b) (Bouma, 2009): 1 where neither label comes without the other, 0 where they are
/// independent, -1 where they never meet. Lift alone is largest for labels that occur once.
[[nodiscard]] double normalised_pmi(const Together& images);

/// Pairs that at least `fewest` images have, by descending normalised PMI, then by descending images.
[[nodiscard]] std::vector<LabelPair> pairs_of(std::span<const Sample> samples, std::int64_t fewest);

/// How often some labels come together, each with each.
struct CoOccurrence {
  std::vector<std::int64_t> labels;
  /// labels x labels, row-major; on the diagonal, the images that have the label.
  std::vector<std::int64_t> images;
  /// Those of all samples.
  std::int64_t all = 0;

  [[nodiscard]] std::int64_t both(std::size_t row, std::size_t column) const {
    return images[row * labels.size() + column];
  }
  [[nodiscard]] Together together(std::size_t row, std::size_t column) const {
    return {both(row, column), both(row, row), both(column, column), all};
  }
};

[[nodiscard]] CoOccurrence co_occurrence(std::span<const Sample> samples,
                                         std::span<const std::int64_t> labels);

/// The same labels in an order that puts those next to one another which come together: groups are joined,
/// the two that are most alike first (average linkage of normalised PMI), each turned round if that brings
/// its more similar end to the other.
[[nodiscard]] CoOccurrence in_company(const CoOccurrence& matrix);

}  // namespace tagloom::datasets
