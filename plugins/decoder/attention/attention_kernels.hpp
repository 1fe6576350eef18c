#pragma once

/// The elementwise sums of additive attention on a CPU, each in one pass over the keys or the map and without
/// the `[images, width, pixels, attention]` tensor that they would make. Contiguous tensors; keys and map in
/// float32 or bfloat16, all else float32.
///
/// images I, hypotheses an image W, pixels P, attention units A, channels C.

#include <ATen/core/Tensor.h>

#include <vector>

namespace tagloom {

/// `[I, W, P]`: sum_a v_a relu(keys[i,p,a] + query[i,w,a]).
at::Tensor attention_scores(const at::Tensor& keys, const at::Tensor& query, const at::Tensor& v);

/// From the gradient of the scores to those of `query` `[I, W, A]` and `v` `[A]`.
struct ScoreGradients {
  at::Tensor query;
  at::Tensor v;
};
ScoreGradients attention_score_gradients(const at::Tensor& keys, const at::Tensor& query, const at::Tensor& v,
                                         const at::Tensor& grad_scores);

/// The gradient of the keys `[I, P, A]` (float32), summed over all steps at once. A step's queries and scores
/// may be of the first images alone.
at::Tensor attention_key_gradient(const at::Tensor& keys, const std::vector<at::Tensor>& queries,
                                  const at::Tensor& v, const std::vector<at::Tensor>& grad_scores);

/// `[I, W, C]`: sum_p weights[i,w,p] map[i,p,c].
at::Tensor attention_context(const at::Tensor& weights, const at::Tensor& map);

/// `[I, W, P]`: sum_c grad_context[i,w,c] map[i,p,c], the gradient of the weights.
at::Tensor attention_weight_gradient(const at::Tensor& grad_context, const at::Tensor& map);

}  // namespace tagloom
