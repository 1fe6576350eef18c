#pragma once

/// Image features as an encoder makes them, a cache stores them and a decoder reads them.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tagloom {

/// The shape of one image's features.
struct FeatureShape {
  std::int64_t channels = 0;
  /// The size of the encoder's map, also where a cache stores pooled features alone, and 0 where nobody knows
  /// it.
  std::int64_t map_height = 0;
  std::int64_t map_width = 0;

  [[nodiscard]] std::int64_t pixels() const { return map_height * map_width; }
  bool operator==(const FeatureShape&) const = default;
};

/// Which features a component reads, or a command makes. The pooled feature is among them unless it is
/// declined: `{.pooled = false, .map = true}`.
struct FeatureNeeds {
  bool pooled = true;
  bool map = false;
  /// Made by a classifier in front of the decoder, never cached.
  bool concepts = false;
};

/// Features of a batch of images; what is not needed is undefined. An encoder makes them in float32; those of
/// a cache are float32 again, whatever it stores; with `--precision bfloat16` a model is given bfloat16.
struct TAGLOOM_API Features {
  /// `[batch, channels]`: the map's mean over its pixels.
  at::Tensor pooled;
  /// `[batch, pixels, channels]`, pixels in row-major order.
  at::Tensor map;
  /// `[batch, labels]`: a classifier's logits; they carry its gradient while it trains.
  at::Tensor concepts;

  [[nodiscard]] std::int64_t batch() const;
  /// Whichever of the three there is, for its device and batch size; undefined when there is none.
  [[nodiscard]] const at::Tensor& any() const;
  /// Copies on the given device, floating point in the given type.
  [[nodiscard]] Features to(at::Device device, at::ScalarType type) const;
  /// Rows in the order of `rows` (`[n]`, int64), repeated where an index repeats.
  [[nodiscard]] Features select(const at::Tensor& rows) const;
};

}  // namespace tagloom
