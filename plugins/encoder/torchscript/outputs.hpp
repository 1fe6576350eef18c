#pragma once

/// Which of a module's outputs are features, and in which of the usual shapes.

#include <tagloom/features.hpp>

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <cstdint>
#include <string>

namespace tagloom {

struct OutputChoice {
  /// Where the output is a tuple, a list or a dictionary: which of it is the pooled feature, which the map,
  /// by index or name; empty: there is none. Where the output is one tensor both are empty.
  std::string pooled;
  std::string map;
  /// Tokens in front of a sequence that are no places of the image (class, registers); negative: one, if that
  /// leaves a square, or none.
  std::int64_t class_tokens = -1;
};

/// What a module was found to give.
struct OutputFeatures {
  /// `[batch, channels]`; undefined if the module gives none.
  at::Tensor pooled;
  /// `[batch, pixels, channels]`; undefined if the module gives none.
  at::Tensor map;
  std::int64_t height = 0;
  std::int64_t width = 0;
};

/// A pooled feature is `[batch, channels]`, or such with sides of 1 behind it; a map is
/// `[batch, channels, height, width]`, or `[batch, tokens, channels]` of a square. One tensor is what its
/// number of dimensions says. Float32. Throws UsageError, saying what there is, for a choice that is not
/// there, and for shapes that are none of these.
[[nodiscard]] OutputFeatures features_in(const c10::IValue& output, const OutputChoice& choice);

}  // namespace tagloom
