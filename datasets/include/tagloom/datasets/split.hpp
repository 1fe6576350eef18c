#pragma once

/// Splitting the images of a data set, in the same way on every machine for the same seed.

#include <tagloom/datasets/dataset.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tagloom::datasets {

/// Which images a split gets.
enum class Draw {
  /// Any, each as likely as any other.
  random,
  /// Such that each label has its share (stratified_parts), also one that few images have.
  stratified,
};

/// Moves round(fraction * training images) from training to validation, about as many if they are stratified;
/// both keep the order of the label file. A data set that has a validation split of its own keeps that,
/// whatever the fraction. Throws UsageError unless 0 <= fraction < 1 and at least one training image remains.
[[nodiscard]] Dataset carve_validation(Dataset dataset, double fraction, std::uint64_t seed,
                                       Draw draw = Draw::random);

/// Moves about fraction * images from training to test, stratified by their labels (stratified_parts), and
/// says so in `held_out`; both keep the order of the label file. A fraction of 0 changes nothing. Throws
/// UsageError unless 0 <= fraction < 1, or if there is a test split already.
[[nodiscard]] Dataset hold_out_test(Dataset dataset, const HeldOut& held_out);

/// Hands out samples to parts of these proportions such that each label has its share in each part, by
/// iterative stratification (Sechidis, Tsoumakas and Vlahavas, ECML PKDD 2011): always the label with the
/// fewest samples left, each of these to the part that lacks it most. Returns the part of each sample.
[[nodiscard]] std::vector<std::size_t> stratified_parts(std::span<const Sample> samples, std::int64_t labels,
                                                        std::span<const double> proportions,
                                                        std::uint64_t seed);

}  // namespace tagloom::datasets
