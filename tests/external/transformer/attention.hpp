#pragma once

/// Multi-head attention (Vaswani et al., NeurIPS 2017, section 3.2) whose keys and values are computed apart
/// from its queries: those of an image once, those of a sequence as it grows.

#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

namespace transformer_plugin {

/// What attention is made of.
struct AttentionShape {
  std::int64_t width = 0;
  /// Divides `width`.
  std::int64_t heads = 0;
  double dropout = 0;
};

/// What the queries gathered.
struct Attended {
  /// `[batch, queries, width]`
  at::Tensor values;
  /// `[batch, queries, keys]`, the mean over the heads before dropout: sums to one over the keys.
  at::Tensor weights;
};

class AttentionImpl : public torch::nn::Module {
 public:
  explicit AttentionImpl(const AttentionShape& shape);

  /// Keys and values side by side, `[batch, keys, 2 * width]`, of `[batch, keys, width]`.
  at::Tensor keys_and_values(const at::Tensor& input);
  /// From `[batch, queries, width]` to such keys and values. `hidden` (`[queries, keys]`, bool) is true where
  /// a query must not look; undefined where all may look everywhere.
  Attended forward(const at::Tensor& input, const at::Tensor& keys_and_values, const at::Tensor& hidden);

 private:
  /// `[batch, rows, width]` as `[batch, heads, rows, width / heads]`.
  [[nodiscard]] at::Tensor by_head(const at::Tensor& rows) const;

  std::int64_t heads_;
  torch::nn::Linear query_ = nullptr;
  torch::nn::Linear key_value_ = nullptr;
  torch::nn::Linear output_ = nullptr;
  torch::nn::Dropout dropout_ = nullptr;
};
TORCH_MODULE(Attention);

}  // namespace transformer_plugin
