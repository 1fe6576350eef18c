#pragma once

/// The two sums of additive attention with their gradients: attention_kernels.hpp on a CPU, LibTorch's
/// operations elsewhere. images I, hypotheses an image W, pixels P, attention units A, channels C.

#include <tagloom/nn/deferred_gradient.hpp>

#include <ATen/core/Tensor.h>

namespace tagloom {

/// `[I, W, P]`: sum_a v_a relu(keys[i,p,a] + query[i,w,a]). Keys `[I, P, A]` in float32 or bfloat16; query
/// `[I, W, A]` and v `[A]` in float32. Differentiable in query and v; the keys' gradient is left to
/// `grad_keys`, whose computation is `key_gradient`.
at::Tensor score_pixels(const at::Tensor& keys, const at::Tensor& query, const at::Tensor& v,
                        const DeferredGradient& grad_keys);

/// What `grad_keys` above must be made with: the gradient of the keys, `[I, P, A]`, in their own type.
DeferredGradient::Compute key_gradient(const at::Tensor& keys, const at::Tensor& v);

/// `[I, W, C]` (float32): sum_p weights[i,w,p] map[i,p,c]. Weights `[I, W, P]` in float32, map `[I, P, C]` in
/// float32 or bfloat16. On a CPU differentiable in the weights alone, unless the map needs a gradient.
at::Tensor weighted_pixels(const at::Tensor& weights, const at::Tensor& map);

}  // namespace tagloom
