#pragma once

/// The three products of a linear layer with weight `W` `[out, in]`, each computed as this machine does it
/// best. Both operands float32 or both bfloat16.

#include <ATen/core/Tensor.h>

namespace tagloom {

/// `x W'`: `[rows, in]` to `[rows, out]`, forward.
at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight);

/// `g W`: `[rows, out]` to `[rows, in]`, the gradient of the input.
at::Tensor times(const at::Tensor& gradient, const at::Tensor& weight);

/// `g' x`: `[rows, out]` and `[rows, in]` to `[out, in]`, the gradient of the weight.
at::Tensor transposed_times(const at::Tensor& gradient, const at::Tensor& x);

}  // namespace tagloom
