#pragma once

/// Inputs and comparisons that the checks of several kinds share.

#include <tagloom/features.hpp>

#include <string>

namespace tagloom::conformance {

/// Features of `batch` images that all differ: map, its mean, and concepts for `labels` labels.
Features example_features(std::int64_t batch, const FeatureShape& shape, std::int64_t labels);

/// Equal up to float32 rounding over a few hundred additions, relative to the largest value of `b`.
bool close(const at::Tensor& a, const at::Tensor& b);

/// "[3, 4]", or "nothing" for an undefined tensor.
std::string shape_text(const at::Tensor& tensor);

}  // namespace tagloom::conformance
