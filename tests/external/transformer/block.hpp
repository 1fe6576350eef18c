#pragma once

/// One layer of the decoder, with its norms before its parts (Xiong et al., ICML 2020):
///
///     x += self_attention(norm(x))     to the tokens so far
///     x += cross_attention(norm(x))    to the image
///     x += feed_forward(norm(x))

#include "attention.hpp"

#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

namespace transformer_plugin {

/// What a layer is made of.
struct BlockShape {
  AttentionShape attention;
  std::int64_t feed_forward = 0;
};

/// What a layer has read before its tokens.
struct BlockPast {
  /// The keys and values of the tokens before, `[sequences, past, 2 * width]`; `past` may be 0.
  at::Tensor tokens;
  /// Those of the images, `[images, pixels, 2 * width]`.
  at::Tensor image;
};

/// What comes of it.
struct BlockOutput {
  /// `[sequences, tokens, width]`
  at::Tensor values;
  /// `[sequences, past + tokens, 2 * width]`
  at::Tensor tokens;
  /// How the tokens looked at the image, `[sequences, tokens, pixels]`.
  at::Tensor attention;
};

class BlockImpl : public torch::nn::Module {
 public:
  explicit BlockImpl(const BlockShape& shape);

  /// Keys and values of images `[images, pixels, width]`.
  at::Tensor keys_and_values(const at::Tensor& image) { return cross_attention_->keys_and_values(image); }

  /// The next tokens `[sequences, tokens, width]` of sequences that lie image by image, equally many for
  /// each. A token looks at those before it and at itself.
  BlockOutput forward(const at::Tensor& tokens, const BlockPast& past);

 private:
  torch::nn::LayerNorm self_norm_ = nullptr;
  Attention self_attention_ = nullptr;
  torch::nn::LayerNorm cross_norm_ = nullptr;
  Attention cross_attention_ = nullptr;
  torch::nn::LayerNorm feed_forward_norm_ = nullptr;
  torch::nn::Linear feed_forward_in_ = nullptr;
  torch::nn::Linear feed_forward_out_ = nullptr;
  torch::nn::Dropout dropout_ = nullptr;
};
TORCH_MODULE(Block);

}  // namespace transformer_plugin
