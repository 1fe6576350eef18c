#pragma once

/// The three products of a linear layer with weight `W` `[out, in]`, each computed as this machine does it
/// best. Operands come from `operand`, so that all of a product have one type; its result has the same, or is
/// float32 where it was summed so.

#include <ATen/core/Tensor.h>

namespace tagloom {

/// A tensor rounded to `type` (float32 or bfloat16), as products take it. Where no hardware multiplies
/// bfloat16 it is a float32 tensor of the rounded numbers: LibTorch's emulation takes a hundred times as long
/// and rounds each partial sum.
at::Tensor operand(const at::Tensor& tensor, at::ScalarType type);

/// `x W'`: `[rows, in]` to `[rows, out]`, forward.
at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight);

/// `g W`: `[rows, out]` to `[rows, in]`, the gradient of the input.
at::Tensor times(const at::Tensor& grad_output, const at::Tensor& weight);

/// `g' x`: `[rows, out]` and `[rows, in]` to `[out, in]`, the gradient of the weight.
at::Tensor transposed_times(const at::Tensor& grad_output, const at::Tensor& x);

}  // namespace tagloom
