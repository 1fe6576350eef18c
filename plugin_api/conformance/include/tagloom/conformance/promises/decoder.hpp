#pragma once

/// The promises of a decoder that cost nothing to look at: by the check, and by the host whenever it calls
/// one.

#include <tagloom/conformance/violations.hpp>
#include <tagloom/decoder.hpp>

#include <cstdint>

namespace tagloom::conformance {

/// What a step, or a whole sequence, is held against.
struct DecoderSizes {
  /// Hypotheses where it is a step, images where it is a sequence.
  std::int64_t rows = 0;
  /// A sequence's; a step has none.
  std::int64_t steps = 0;
  std::int64_t labels = 0;
  /// A feature map's.
  std::int64_t pixels = 0;
  /// The type of the features that the decoder began with.
  at::ScalarType features = at::kFloat;
};

/// Some features are read.
TAGLOOM_API Broken broken_needs(const FeatureNeeds& needs);

/// What `begin` returns has a row a hypothesis, and its memory a row an image.
TAGLOOM_API Broken broken_begin(const DecoderState& state, std::int64_t images);

/// Shape and type of the logits, shape of the attention if there is any, a row a hypothesis in the next
/// state.
TAGLOOM_API Broken broken_step(const DecoderStep& step, const DecoderSizes& sizes);

/// A step passes on the memory that it was given, `before`, with the same names and rows, and `kept` as it
/// was: a search selects from the last step's state.
TAGLOOM_API Broken broken_memory(const DecoderState& next, const DecoderState& before);

/// Shape and type of what `teacher_forced` returns.
TAGLOOM_API Broken broken_sequence(const at::Tensor& logits, const DecoderSizes& sizes);

}  // namespace tagloom::conformance
