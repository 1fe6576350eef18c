#pragma once

/// The promises of a classifier that cost nothing to look at: by the check, and by the host whenever it calls
/// one.

#include <tagloom/classifier.hpp>
#include <tagloom/conformance/violations.hpp>

#include <cstdint>

namespace tagloom::conformance {

/// Some features that a cache has are read.
TAGLOOM_API Broken broken_classifier_needs(const FeatureNeeds& needs);

/// Shape and type of the logits that `forward` made of the features.
TAGLOOM_API Broken broken_forward(const at::Tensor& logits, const Features& features, std::int64_t labels);

}  // namespace tagloom::conformance
