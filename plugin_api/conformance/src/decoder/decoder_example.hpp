#pragma once

/// What a decoder is run on while it is checked.

#include "report.hpp"

#include <tagloom/conformance/promises/decoder.hpp>
#include <tagloom/decoder.hpp>

#include <cstdint>

namespace tagloom::conformance {

/// Three images and five steps; only the features that the decoder needs.
struct DecoderExample {
  static constexpr std::int64_t kImages = 3;
  static constexpr std::int64_t kSteps = 5;

  DecoderExample(const DecoderSetup& setup, const FeatureNeeds& needs);

  /// The first images of the example, as a batch of their own.
  [[nodiscard]] DecoderExample first(std::int64_t images) const;
  [[nodiscard]] std::int64_t images() const { return tokens.size(0); }
  /// What a step of all images, and the whole sequence, is held against.
  [[nodiscard]] DecoderSizes sizes(at::ScalarType type = at::kFloat) const;

  DecoderSetup setup;
  Features features;
  /// Previous tokens `[images, steps]`: the start token, then labels.
  at::Tensor tokens;
};

/// Shapes and types of `begin`, `step` and `teacher_forced`, finite logits, attention that sums to one,
/// features left as they were. Of any number of images.
void check_shapes(Report& report, Decoder& decoder, const DecoderExample& example);

/// `teacher_forced` against the loop over `step`, in values and gradients; where images have few labels or
/// none; and of an image alone.
void check_sequence(Report& report, Decoder& decoder, const DecoderExample& example);

/// Search replicates, drops and reorders hypotheses, and drops images, between steps.
void check_selection(Report& report, Decoder& decoder, const DecoderExample& example);

}  // namespace tagloom::conformance
