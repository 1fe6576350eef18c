#pragma once

/// From decoded pixels to an encoder's input.

#include <tagloom/encoder.hpp>

#include <ATen/core/Tensor.h>

namespace tagloom::datasets {

/// Pixels `[height, width, 3]` (uint8, red green blue) to `[3, size, size]` (float32) as `preprocessing`
/// says: bilinear with half-pixel centres, antialiased in a direction that shrinks, as Pillow and torchvision
/// do; then scaled to [0, 1], minus mean, over std. Safe to call from several threads.
[[nodiscard]] at::Tensor to_input(const at::Tensor& pixels, const Preprocessing& preprocessing);

/// How long the shorter side of decoded pixels must be at least for `to_input` to give nearly what it gives
/// of larger ones: one and a half times what it becomes, so that the same triangle filter finishes the
/// reduction. For DecodeOptions::sufficient_side; docs/performance.md has what the features differ by.
[[nodiscard]] std::int64_t sufficient_side(const Preprocessing& preprocessing);

}  // namespace tagloom::datasets
