#pragma once

/// A decoder that says an image's labels with a transformer (Vaswani et al., NeurIPS 2017): each token
/// attends to the tokens before it and to the pixels of the feature map, or to the pooled feature as to a
/// single one.
///
/// Step by step, the keys and values of the tokens so far are the state of a hypothesis; those of the image
/// are memory, which its hypotheses share. A whole sequence is computed at once, with the same results.

#include "block.hpp"

#include <tagloom/decoder.hpp>

#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include <vector>

namespace transformer_plugin {

class Transformer : public tagloom::Decoder {
 public:
  static std::vector<tagloom::OptionSpec> options();
  Transformer(const tagloom::Options& options, const tagloom::DecoderSetup& setup);

  [[nodiscard]] tagloom::FeatureNeeds needs() const override { return {.pooled = !map_, .map = map_}; }
  tagloom::DecoderState begin(const tagloom::Features& features) override;
  tagloom::DecoderStep step(const at::Tensor& tokens, const tagloom::DecoderState& state) override;
  using tagloom::Decoder::teacher_forced;
  at::Tensor teacher_forced(const tagloom::Features& features, const at::Tensor& tokens,
                            const tagloom::BatchSizes& sizes) override;

 private:
  /// What the layers make of tokens `[sequences, tokens]`.
  struct Read {
    /// `[sequences, tokens, width]`
    at::Tensor values;
    tagloom::DecoderState state;
    /// How the last layer looked at the image, `[sequences, tokens, pixels]`.
    at::Tensor attention;
  };
  Read read(const at::Tensor& tokens, const tagloom::DecoderState& state);
  at::Tensor embedded(const at::Tensor& tokens, std::int64_t past);

  bool map_;
  torch::nn::Embedding embedding_ = nullptr;
  /// From embeddings, whatever their size, to the width of the layers.
  torch::nn::Linear token_ = nullptr;
  torch::nn::Dropout feature_dropout_ = nullptr;
  torch::nn::Linear feature_ = nullptr;
  torch::nn::LayerNorm feature_norm_ = nullptr;
  std::vector<Block> layers_;
  torch::nn::LayerNorm norm_ = nullptr;
  torch::nn::Dropout dropout_ = nullptr;
  torch::nn::Linear output_ = nullptr;
};

}  // namespace transformer_plugin
