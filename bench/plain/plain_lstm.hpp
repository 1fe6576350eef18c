#pragma once

/// An LSTM annotator as a paper's reader would write it with LibTorch's modules: every step of every image,
/// no building block of ours. Names, order and sizes of the parameters are LstmDecoder's (lstm_decoder.hpp),
/// so that a seed gives both the same first weights.

#include <tagloom/decoder.hpp>

#include <ATen/ATen.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>

#include <tuple>
#include <utility>
#include <vector>

namespace tagloom {

class PlainLstm : public Decoder {
 public:
  static std::vector<OptionSpec> options() {
    return {
        {.name = "hidden", .default_value = std::int64_t{2048}, .help = "units of the LSTM", .minimum = 1},
        {.name = "embedding", .default_value = std::int64_t{300}, .help = "size of learned label embeddings"},
        {.name = "embedding_dropout", .default_value = 0.3, .help = "dropout on the label embedding"},
        {.name = "output_dropout", .default_value = 0.5, .help = "dropout on the hidden state"}};
  }

  /// Takes every step of every image, and throws away those that were not asked for.
  at::Tensor teacher_forced(const Features& features, const at::Tensor& tokens,
                            const BatchSizes& sizes) override {
    DecoderState state = begin(features);
    std::vector<at::Tensor> logits;
    for (const at::Tensor& previous : tokens.unbind(1)) {
      DecoderStep next = step(previous, state);
      logits.push_back(std::move(next.logits));
      state = std::move(next.state);
    }
    // [steps, batch, labels + 1], as the packing of steps wants it.
    return pad_steps(pack_steps(at::stack(logits), sizes), sizes, tokens.size(0), tokens.size(1));
  }

 protected:
  PlainLstm(const Options& options, const DecoderSetup& setup, std::int64_t start, std::int64_t extra_input)
      : embedding_dropout_(options.real("embedding_dropout")),
        output_dropout_(options.real("output_dropout")) {
    const bool pretrained = setup.embeddings.defined();
    const std::int64_t embedding = pretrained ? setup.embeddings.size(1) : options.integer("embedding");
    const std::int64_t hidden = options.integer("hidden");
    word_emb_ = register_module("word_emb", torch::nn::Embedding(setup.labels + 2, embedding));
    features_embedding_ = register_module("features_embedding", torch::nn::Linear(start, hidden));
    lstm_cell_ = register_module("lstm_cell", torch::nn::LSTMCell(embedding + extra_input, hidden));
    fc_ = register_module("fc", torch::nn::Linear(hidden, setup.labels + 1));
    if (pretrained) {
      const at::NoGradGuard no_grad;
      word_emb_->weight.copy_(setup.embeddings);
      word_emb_->weight.set_requires_grad(false);
    }
  }

  DecoderState started(const at::Tensor& vector) {
    const at::Tensor hidden = features_embedding_->forward(vector);
    return {.tensors = {{"hidden", hidden}, {"cell", at::zeros_like(hidden)}}};
  }

  at::Tensor embedded(const at::Tensor& tokens) {
    return at::dropout(word_emb_->forward(tokens), embedding_dropout_, is_training());
  }

  DecoderStep advanced(const at::Tensor& input, const DecoderState& state) {
    const auto [hidden, cell] = lstm_cell_->forward(input, std::make_tuple(state["hidden"], state["cell"]));
    return {.logits = fc_->forward(at::dropout(hidden, output_dropout_, is_training())),
            .attention = {},
            .state = {.tensors = {{"hidden", hidden}, {"cell", cell}}, .memory = state.memory}};
  }

 private:
  torch::nn::Embedding word_emb_ = nullptr;
  torch::nn::Linear features_embedding_ = nullptr;
  torch::nn::LSTMCell lstm_cell_ = nullptr;
  torch::nn::Linear fc_ = nullptr;
  double embedding_dropout_;
  double output_dropout_;
};

}  // namespace tagloom
