#pragma once

/// RIA, the Recurrent Image Annotator (Jin & Nakayama, ICPR 2016, section III): an LSTM whose first hidden
/// state is a linear projection of the pooled image feature and whose first cell state is zero; it is fed the
/// previous label's embedding and scores all labels and the stop token at every step:
///
///     h_0 = W_f x + b_f,  c_0 = 0
///     h_t, c_t = LSTM(dropout(E y_{t-1}), h_{t-1}, c_{t-1})
///     logits_t = W_o dropout(h_t) + b_o
///
/// Parameters: `word_emb.weight` [labels + 2, embedding], `features_embedding.{weight,bias}` [hidden,
/// channels], `lstm_cell.{weight_ih,weight_hh,bias_ih,bias_hh}` (gates i, f, g, o), `fc.{weight,bias}`
/// [labels + 1, hidden].

#include <tagloom/decoder.hpp>

#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>

#include <vector>

namespace tagloom {

class RiaDecoder : public Decoder {
 public:
  static std::vector<OptionSpec> options();

  /// Throws UsageError if the embedding size contradicts pretrained embeddings.
  RiaDecoder(const Options& options, const DecoderSetup& setup);

  [[nodiscard]] FeatureNeeds needs() const override { return {.pooled = true, .map = false}; }
  DecoderState begin(const Features& features) override;
  DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override;
  /// The whole sequence through one LSTM call: all input products at once.
  at::Tensor teacher_forced(const Features& features, const at::Tensor& tokens) override;

 private:
  at::Tensor embedded(const at::Tensor& tokens);
  at::Tensor scored(const at::Tensor& hidden);

  torch::nn::Embedding word_emb_ = nullptr;
  torch::nn::Linear features_embedding_ = nullptr;
  torch::nn::LSTMCell lstm_cell_ = nullptr;
  torch::nn::Linear fc_ = nullptr;
  torch::nn::Dropout embedding_dropout_ = nullptr;
  torch::nn::Dropout output_dropout_ = nullptr;
};

}  // namespace tagloom
