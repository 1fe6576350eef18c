#pragma once

/// Carving a validation split from the training images, the same one on every machine for the same seed.

#include <tagloom/datasets/dataset.hpp>

#include <cstdint>

namespace tagloom::datasets {

/// Moves round(fraction * training images), drawn at random, from training to validation; both keep the order
/// of the label file. Throws UsageError unless 0 <= fraction < 1 and at least one training image remains, and
/// DataError if the data set has a validation split already.
[[nodiscard]] Dataset carve_validation(Dataset dataset, double fraction, std::uint64_t seed);

}  // namespace tagloom::datasets
