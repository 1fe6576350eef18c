#pragma once

/// The promises of an encoder that cost nothing to look at: by the check, and by the host whenever it calls
/// one.

#include <tagloom/conformance/violations.hpp>
#include <tagloom/encoder.hpp>

#include <cstdint>

namespace tagloom::conformance {

/// What an encoder says of itself before it is given an image.
struct EncoderDeclaration {
  Preprocessing preprocessing;
  FeatureShape features;
  EncoderWeights weights;
};

/// Images that there can be, features with a size, weights with a fingerprint.
TAGLOOM_API Broken broken_declaration(const EncoderDeclaration& declared);

/// Shapes and type of what `encode` made of `images` images against the declared shape: what was needed, and
/// no map where none was; no gradient.
TAGLOOM_API Broken broken_features(const Features& features, std::int64_t images,
                                   const FeatureShape& declared, const FeatureNeeds& needs);

}  // namespace tagloom::conformance
