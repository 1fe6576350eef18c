#include "ria_decoder.hpp"

#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

#include <utility>

namespace tagloom {

std::vector<OptionSpec> RiaDecoder::options() {
  return {
      {.name = "hidden", .default_value = std::int64_t{2048}, .help = "units of the LSTM", .minimum = 1},
      {.name = "embedding",
       .default_value = std::int64_t{300},
       .help = "size of learned label embeddings; pretrained ones bring their own",
       .minimum = 1},
      {.name = "freeze_embeddings",
       .default_value = true,
       .help = "keep pretrained label embeddings as they are; learned ones always train"},
      {.name = "embedding_dropout",
       .default_value = 0.3,
       .help = "dropout on the label embedding",
       .minimum = 0,
       .maximum = 0.99},
      {.name = "output_dropout",
       .default_value = 0.5,
       .help = "dropout on the hidden state before the output layer",
       .minimum = 0,
       .maximum = 0.99},
  };
}

RiaDecoder::RiaDecoder(const Options& options, const DecoderSetup& setup) {
  const std::int64_t hidden = options.integer("hidden");
  const bool pretrained = setup.embeddings.defined();
  const std::int64_t embedding = pretrained ? setup.embeddings.size(1) : options.integer("embedding");
  word_emb_ = register_module("word_emb", torch::nn::Embedding(setup.labels + 2, embedding));
  features_embedding_ =
      register_module("features_embedding", torch::nn::Linear(setup.features.channels, hidden));
  lstm_cell_ = register_module("lstm_cell", torch::nn::LSTMCell(embedding, hidden));
  fc_ = register_module("fc", torch::nn::Linear(hidden, setup.labels + 1));
  embedding_dropout_ =
      register_module("embedding_dropout", torch::nn::Dropout(options.real("embedding_dropout")));
  output_dropout_ = register_module("output_dropout", torch::nn::Dropout(options.real("output_dropout")));
  if (pretrained) {
    const at::NoGradGuard no_grad;
    word_emb_->weight.copy_(setup.embeddings);
    word_emb_->weight.set_requires_grad(!options.flag("freeze_embeddings"));
  }
}

at::Tensor RiaDecoder::embedded(const at::Tensor& tokens) {
  return embedding_dropout_->forward(word_emb_->forward(tokens));
}

at::Tensor RiaDecoder::scored(const at::Tensor& hidden) {
  return fc_->forward(output_dropout_->forward(hidden));
}

DecoderState RiaDecoder::begin(const Features& features) {
  at::Tensor hidden = features_embedding_->forward(features.pooled);
  at::Tensor cell = at::zeros_like(hidden);
  return {{{"hidden", std::move(hidden)}, {"cell", std::move(cell)}}};
}

DecoderStep RiaDecoder::step(const at::Tensor& tokens, const DecoderState& state) {
  auto [hidden, cell] =
      lstm_cell_->forward(embedded(tokens), std::make_tuple(state["hidden"], state["cell"]));
  at::Tensor logits = scored(hidden);
  return {std::move(logits), {}, {{{"hidden", std::move(hidden)}, {"cell", std::move(cell)}}}};
}

at::Tensor RiaDecoder::teacher_forced(const Features& features, const at::Tensor& tokens) {
  const DecoderState start = begin(features);
  const auto [hidden, last_hidden, last_cell] =
      at::lstm(embedded(tokens), {start["hidden"].unsqueeze(0), start["cell"].unsqueeze(0)},
               {lstm_cell_->weight_ih, lstm_cell_->weight_hh, lstm_cell_->bias_ih, lstm_cell_->bias_hh},
               /*has_biases=*/true, /*num_layers=*/1, /*dropout=*/0.0, is_training(), /*bidirectional=*/false,
               /*batch_first=*/true);
  return scored(hidden);
}

}  // namespace tagloom

TAGLOOM_DECODER(ria, tagloom::RiaDecoder,
                "Recurrent Image Annotator: an LSTM started from the pooled image feature",
                "Jin & Nakayama, Annotation Order Matters: Recurrent Image Annotator, ICPR 2016")
