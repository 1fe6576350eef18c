#pragma once

/// Which of a network's outputs are features, and in which of the usual shapes.

#include <tagloom/features.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace tagloom {

struct OutputChoice {
  /// Where there are several outputs: which of them is the pooled feature, which the map, by index or name;
  /// empty: there is none. Where the output is one tensor both are empty.
  std::string pooled;
  std::string map;
  /// Tokens in front of a sequence that are no places of the image (class, registers); negative: one, if that
  /// leaves a square, or none.
  std::int64_t class_tokens = -1;

  [[nodiscard]] bool names_any() const { return !pooled.empty() || !map.empty(); }
};

/// What a network was found to give.
struct OutputFeatures {
  /// `[batch, channels]`; undefined if the network gives none.
  at::Tensor pooled;
  /// `[batch, pixels, channels]`; undefined if the network gives none.
  at::Tensor map;
  std::int64_t height = 0;
  std::int64_t width = 0;
};

/// As a pooled feature, `[batch, channels]`, or such with sides of 1 behind it; float32. Throws UsageError
/// for other shapes.
[[nodiscard]] at::Tensor as_pooled(at::Tensor pooled);

/// As the map, `[batch, channels, height, width]`, or `[batch, tokens, channels]` of a square; float32.
/// Throws UsageError for other shapes.
void set_map(OutputFeatures& features, const at::Tensor& map, std::int64_t class_tokens);

/// The only output of a network: its number of dimensions says which of both it is.
[[nodiscard]] OutputFeatures features_in(const at::Tensor& output, std::int64_t class_tokens);

/// A pooled feature alone is a map of one pixel, too; a map alone is pooled by its mean. Both are defined
/// then.
void complete(OutputFeatures& features);

/// The shape of the features of that many black images. Throws UsageError where pooled feature and map, or
/// the number of images, do not go together, and NumericError if they are not finite; `source` is the
/// network's.
[[nodiscard]] FeatureShape shape_of_black(const OutputFeatures& black, std::int64_t images,
                                          const std::string& source);

}  // namespace tagloom
