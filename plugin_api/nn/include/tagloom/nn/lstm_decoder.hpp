#pragma once

/// What the LSTM annotators of this field share: token embeddings, one LSTM cell, the output layer, the
/// dropouts and how the first state is made from a vector. A decoder derives from it and says what its first
/// state is made of (RIA: the pooled feature; SR-CNN-RNN: predicted concepts) and, where it differs, what
/// enters the cell (attention).
///
///     h_0 = g(W x + b),  c_0 = 0 or g(W' x + b'),  g linear or tanh
///     h_t, c_t = LSTM(dropout(E y_{t-1}), h_{t-1}, c_{t-1})
///     logits_t = W_o dropout(h_t) + b_o
///
/// Parameters: `word_emb.weight` [labels + 2, embedding], `features_embedding.{weight,bias}` [hidden, start],
/// `cell_embedding.{weight,bias}` of the same shape with `cell=learned`,
/// `lstm_cell.{weight_ih,weight_hh,bias_ih,bias_hh}` (gates i, f, g, o), `fc.{weight,bias}` [labels + 1,
/// hidden].

#include <tagloom/decoder.hpp>

#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>

#include <vector>

namespace tagloom {

class TAGLOOM_API LstmDecoder : public Decoder {
 public:
  /// The most units of any of a decoder's layers: beyond all use, and far from where sizes overflow.
  static constexpr double kMostUnits = 65536;

  /// hidden, embedding, freeze_embeddings, embedding_dropout, output_dropout, start, cell.
  static std::vector<OptionSpec> options();

  DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override;
  /// The whole sequence at once (lstm_sequence.hpp), for decoders whose input is the embedding alone.
  at::Tensor teacher_forced(const Features& features, const at::Tensor& tokens,
                            const BatchSizes& sizes) override;
  using Decoder::teacher_forced;
  /// A decoder that adds weights adds them here.
  [[nodiscard]] std::vector<at::Tensor> product_weights() const override;

 protected:
  /// What a derived decoder adds to the common sizes.
  struct Sizes {
    /// Width of the vector that the first state is made of.
    std::int64_t start = 0;
    /// Width of what enters the cell beside the embedding.
    std::int64_t extra_input = 0;
  };
  LstmDecoder(const Options& options, const DecoderSetup& setup, Sizes sizes);

  /// The state before the first step, from `[batch, start]`: "hidden" and "cell".
  DecoderState started(const at::Tensor& vector) const;
  /// `[..., embedding]`, with dropout.
  at::Tensor embedded(const at::Tensor& tokens);
  /// One step of the cell on `[hypotheses, embedding + extra_input]`; the state's memory goes on.
  DecoderStep advanced(const at::Tensor& input, const DecoderState& state);

  [[nodiscard]] std::int64_t hidden() const { return hidden_; }

 private:
  std::int64_t hidden_;
  bool tanh_start_;
  torch::nn::Embedding word_emb_ = nullptr;
  torch::nn::Linear features_embedding_ = nullptr;
  torch::nn::Linear cell_embedding_ = nullptr;
  torch::nn::LSTMCell lstm_cell_ = nullptr;
  torch::nn::Linear fc_ = nullptr;
  double embedding_dropout_ = 0;
  double output_dropout_ = 0;
};

}  // namespace tagloom
