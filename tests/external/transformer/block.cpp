#include "block.hpp"

#include <ATen/ATen.h>

namespace transformer_plugin {
namespace {

torch::nn::LayerNorm norm(std::int64_t width) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}));
}

/// True where a token would look at a later one, `[tokens, past + tokens]`; undefined for a single token.
at::Tensor later(std::int64_t tokens, std::int64_t past, at::Device device) {
  if (tokens == 1) return {};
  return at::ones({tokens, past + tokens}, at::TensorOptions(at::kBool).device(device)).triu(past + 1);
}

}  // namespace

BlockImpl::BlockImpl(const BlockShape& shape) {
  const std::int64_t width = shape.attention.width;
  self_norm_ = register_module("self_norm", norm(width));
  self_attention_ = register_module("self_attention", Attention(shape.attention));
  cross_norm_ = register_module("cross_norm", norm(width));
  cross_attention_ = register_module("cross_attention", Attention(shape.attention));
  feed_forward_norm_ = register_module("feed_forward_norm", norm(width));
  feed_forward_in_ = register_module("feed_forward_in", torch::nn::Linear(width, shape.feed_forward));
  feed_forward_out_ = register_module("feed_forward_out", torch::nn::Linear(shape.feed_forward, width));
  dropout_ = register_module("dropout", torch::nn::Dropout(shape.attention.dropout));
}

BlockOutput BlockImpl::forward(const at::Tensor& tokens, const BlockPast& past) {
  at::Tensor x = tokens;
  at::Tensor normed = self_norm_->forward(x);
  const at::Tensor seen = at::cat({past.tokens, self_attention_->keys_and_values(normed)}, 1);
  const at::Tensor hidden = later(x.size(1), past.tokens.size(1), x.device());
  x = x + dropout_->forward(self_attention_->forward(normed, seen, hidden).values);

  // All tokens of all sequences of an image are queries to one copy of its keys and values.
  normed = cross_norm_->forward(x).view({past.image.size(0), -1, x.size(2)});
  const Attended looked = cross_attention_->forward(normed, past.image, {});
  x = x + dropout_->forward(looked.values).view_as(x);

  normed = feed_forward_norm_->forward(x);
  x = x + dropout_->forward(feed_forward_out_->forward(feed_forward_in_->forward(normed).relu()));
  return {x, seen, looked.weights.view({x.size(0), x.size(1), -1})};
}

}  // namespace transformer_plugin
