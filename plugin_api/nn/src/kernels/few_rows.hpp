#pragma once

/// Products of a few rows with a large weight, as every step of a recurrent network has them, in float32 on a
/// CPU. BLAS copies the whole weight into a layout of its own at each call, which for a batch's rows takes
/// longer than the product itself; here the weight is read once, as it lies. The gradient of such a weight is
/// written once, where BLAS writes zeros first.

#include <ATen/core/Tensor.h>

namespace tagloom::few_rows {

/// Whether it is worth it, and possible: float32 on the CPU, contiguous, a large weight, and not so many rows
/// that BLAS is as fast.
bool pay_forward(const at::Tensor& x, const at::Tensor& weight);
bool pay_backward(const at::Tensor& grad_output, const at::Tensor& weight);
bool pay_weight_gradient(const at::Tensor& grad_output, const at::Tensor& x);

/// `x W'`: `[rows, in]` by `[out, in]` to `[rows, out]`.
at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight);

/// `g W`: `[rows, out]` by `[out, in]` to `[rows, in]`.
at::Tensor times(const at::Tensor& grad_output, const at::Tensor& weight);

/// `g' x`: `[rows, out]` and `[rows, in]` to `[out, in]`.
at::Tensor transposed_times(const at::Tensor& grad_output, const at::Tensor& x);

}  // namespace tagloom::few_rows
