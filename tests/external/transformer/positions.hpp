#pragma once

/// Where a token stands in its sequence, as sines and cosines of falling frequency (Vaswani et al., NeurIPS
/// 2017, section 3.5): no parameter, and no longest sequence.

#include <ATen/core/Tensor.h>

namespace transformer_plugin {

/// Positions `first` to `first + count - 1` as `[count, width]`, float32; `width` is even.
at::Tensor positions(std::int64_t first, std::int64_t count, std::int64_t width, at::Device device);

}  // namespace transformer_plugin
