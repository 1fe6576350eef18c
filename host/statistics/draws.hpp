#pragma once

/// What every bootstrap does: draw, and conclude from the draws.

#include "statistics/paired_bootstrap.hpp"

#include <tagloom/base/random.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tagloom::statistics {

/// How often each image, or each label, was drawn.
using Weights = std::vector<std::int64_t>;

/// `count` draws with replacement among as many.
[[nodiscard]] Weights drawn_weights(std::size_t count, Random& random);

/// From one figure on all images, and its differences on the draws: their distances from their own mean
/// count.
[[nodiscard]] Difference concluded(double first, double second, std::vector<float> draws, double confidence);

/// The same for a figure that few images decide, such as the F1 of one label: the interval is where the draws
/// themselves lie. A label of one image is missing from a third of the draws, which then show no difference;
/// their distances from their mean would make one out of it.
[[nodiscard]] Difference by_percentiles(double first, double second, std::vector<float> draws,
                                        double confidence);

/// Throws UsageError for options that no bootstrap can use.
void check(const BootstrapOptions& options);

}  // namespace tagloom::statistics
