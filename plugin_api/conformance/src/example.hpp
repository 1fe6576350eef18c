#pragma once

/// Inputs and comparisons that the checks of several kinds share.

#include <tagloom/features.hpp>

#include <cstdint>

namespace tagloom::conformance {

/// Features of images that all differ: a map, its mean, and concepts for `labels` labels, but only those that
/// are needed, as the host gives them.
Features example_features(std::int64_t batch, const FeatureShape& shape, std::int64_t labels,
                          const FeatureNeeds& needs);

/// Float32 rounding over a few hundred additions.
constexpr double kRounding = 1e-4;
/// What bfloat16, which has 8 bits, makes of a small network.
constexpr double kBfloat16Rounding = 0.05;

/// Equal in shape, and in values up to `tolerance` times the largest value of `b`.
bool close(const at::Tensor& a, const at::Tensor& b, double tolerance = kRounding);

/// Equal in all that is there.
bool equal(const Features& a, const Features& b);
Features clone(const Features& features);

}  // namespace tagloom::conformance
