#pragma once

/// Products in bfloat16 on a processor's matrix tiles (Intel AMX), with sums and results in float32. oneDNN,
/// which LibTorch has for them, copies both operands into a layout of its own at each call; here a layer's
/// large weight is read once, as it lies, and its gradient is written once.

#include <ATen/core/Tensor.h>

namespace tagloom::tiles {

/// Whether this processor has tiles, the kernel lets this process use them, and TAGLOOM_TILES is not 0.
bool available();

/// Whether a product is computed here: bfloat16 on the CPU, contiguous, a weight that is worth it, and not so
/// many rows that oneDNN is as fast.
bool pay_forward(const at::Tensor& x, const at::Tensor& weight);
bool pay_backward(const at::Tensor& grad_output, const at::Tensor& weight);
bool pay_of_weight(const at::Tensor& grad_output, const at::Tensor& x);

/// `x W'`: `[rows, in]` by `[out, in]` to float32 `[rows, out]`.
at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight);

/// `g W`: `[rows, out]` by `[out, in]` to float32 `[rows, in]`.
at::Tensor times(const at::Tensor& grad_output, const at::Tensor& weight);

/// `g' x`: `[rows, out]` and `[rows, in]` to bfloat16 `[out, in]`.
at::Tensor transposed_times(const at::Tensor& grad_output, const at::Tensor& x);

}  // namespace tagloom::tiles
