#include "my_component.hpp"

#include <tagloom/plugin.hpp>

#include <utility>

namespace my_component_plugin {

std::vector<tagloom::OptionSpec> GruDecoder::options() {
  return {
      {.name = "hidden",
       .default_value = std::int64_t{256},
       .help = "units of the GRU",
       .minimum = 1,
       .maximum = 65536},
      {.name = "embedding",
       .default_value = std::int64_t{64},
       .help = "size of learned label embeddings; pretrained ones bring their own",
       .minimum = 1,
       .maximum = 65536},
      {.name = "dropout",
       .default_value = 0.3,
       .help = "dropout on the state before the output layer",
       .minimum = 0,
       .maximum = 0.99},
  };
}

GruDecoder::GruDecoder(const tagloom::Options& options, const tagloom::DecoderSetup& setup) {
  const bool pretrained = setup.embeddings.defined();
  const std::int64_t embedding = pretrained ? setup.embeddings.size(1) : options.integer("embedding");
  const std::int64_t hidden = options.integer("hidden");
  // The names are those of the checkpoint. A decoder is fed labels, the stop and the start token, and scores
  // all but the last.
  embedding_ = register_module("embedding", torch::nn::Embedding(setup.labels + 2, embedding));
  start_ = register_module("start", torch::nn::Linear(setup.features.channels, hidden));
  input_ = register_module("input", torch::nn::Linear(embedding, 3 * hidden));
  recurrent_ = register_module("recurrent", torch::nn::Linear(hidden, 3 * hidden));
  dropout_ = register_module("dropout", torch::nn::Dropout(options.real("dropout")));
  output_ = register_module("output", torch::nn::Linear(hidden, setup.labels + 1));
  if (pretrained) {
    const at::NoGradGuard no_grad;
    embedding_->weight.copy_(setup.embeddings);
  }
}

tagloom::DecoderState GruDecoder::begin(const tagloom::Features& features) {
  return {.tensors = {{"hidden", start_->forward(features.pooled).tanh()}}};
}

tagloom::DecoderStep GruDecoder::step(const at::Tensor& tokens, const tagloom::DecoderState& state) {
  const at::Tensor& hidden = state["hidden"];
  const auto input = input_->forward(embedding_->forward(tokens)).chunk(3, 1);
  const auto recurrent = recurrent_->forward(hidden).chunk(3, 1);
  const at::Tensor reset = (input[0] + recurrent[0]).sigmoid();
  const at::Tensor update = (input[1] + recurrent[1]).sigmoid();
  const at::Tensor candidate = (input[2] + reset * recurrent[2]).tanh();
  at::Tensor next = candidate + update * (hidden - candidate);
  at::Tensor logits = output_->forward(dropout_->forward(next));
  return {.logits = std::move(logits),
          .attention = {},
          .state = {.tensors = {{"hidden", std::move(next)}}, .memory = state.memory, .kept = state.kept}};
}

}  // namespace my_component_plugin

TAGLOOM_ABOUT("0.1.0", "Whoever wrote it", "not said")
TAGLOOM_DECODER(my_component, my_component_plugin::GruDecoder, "A GRU started from the pooled image feature",
                "Cho et al., Learning Phrase Representations using RNN Encoder-Decoder, EMNLP 2014")
