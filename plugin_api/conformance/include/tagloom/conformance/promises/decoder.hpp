#pragma once

/// The promises of a decoder that cost nothing to look at: by the check, and by the host whenever it calls
/// one.

#include <tagloom/conformance/violations.hpp>
#include <tagloom/decoder.hpp>

#include <cstdint>

namespace tagloom::conformance {

/// What a step, or a whole sequence, is held against.
struct DecoderSizes {
  /// Hypotheses of a step; images of a sequence.
  std::int64_t rows = 0;
  /// Of a sequence.
  std::int64_t steps = 0;
  std::int64_t labels = 0;
  /// Of a feature map.
  std::int64_t pixels = 0;
  /// The type of the features that the decoder began with.
  at::ScalarType features = at::kFloat;
};

/// Of the first state: a row a hypothesis and a row an image.
TAGLOOM_API Broken broken_begin(const DecoderState& state, std::int64_t images);

/// Shape and type of the logits, shape of the attention if there is any, a row a hypothesis in the next
/// state.
TAGLOOM_API Broken broken_step(const DecoderStep& step, const DecoderSizes& sizes);

/// Shape and type of what `teacher_forced` returns.
TAGLOOM_API Broken broken_sequence(const at::Tensor& logits, const DecoderSizes& sizes);

}  // namespace tagloom::conformance
