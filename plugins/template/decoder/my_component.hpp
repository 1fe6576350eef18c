#pragma once

/// A decoder that says an image's labels with a gated recurrent unit (Cho et al., EMNLP 2014), started from
/// the pooled feature x:
///
///     h_0 = tanh(W x + b)
///     h_t = GRU(E y_{t-1}, h_{t-1})
///     logits_t = V dropout(h_t) + c

#include <tagloom/decoder.hpp>

#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>

#include <vector>

namespace my_component_plugin {

class GruDecoder : public tagloom::Decoder {
 public:
  static std::vector<tagloom::OptionSpec> options();
  GruDecoder(const tagloom::Options& options, const tagloom::DecoderSetup& setup);

  [[nodiscard]] tagloom::FeatureNeeds needs() const override { return {.pooled = true}; }
  tagloom::DecoderState begin(const tagloom::Features& features) override;
  tagloom::DecoderStep step(const at::Tensor& tokens, const tagloom::DecoderState& state) override;

 private:
  torch::nn::Embedding embedding_ = nullptr;
  torch::nn::Linear start_ = nullptr;
  /// The three parts of a GRU side by side: reset gate, update gate, candidate.
  torch::nn::Linear input_ = nullptr;
  torch::nn::Linear recurrent_ = nullptr;
  torch::nn::Dropout dropout_ = nullptr;
  torch::nn::Linear output_ = nullptr;
};

}  // namespace my_component_plugin
