#include <tagloom/nn/dropout.hpp>
#include <tagloom/nn/kept.hpp>
#include <tagloom/nn/lstm_decoder.hpp>
#include <tagloom/nn/lstm_sequence.hpp>
#include <tagloom/nn/one_chunk.hpp>

#include <ATen/ATen.h>

#include <memory>
#include <utility>

namespace tagloom {

std::vector<OptionSpec> LstmDecoder::options() {
  return {
      {.name = "hidden",
       .default_value = std::int64_t{2048},
       .help = "units of the LSTM",
       .minimum = 1,
       .maximum = kMostUnits},
      {.name = "embedding",
       .default_value = std::int64_t{300},
       .help = "size of learned label embeddings; pretrained ones bring their own",
       .minimum = 1,
       .maximum = kMostUnits},
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
      {.name = "start",
       .default_value = std::string("linear"),
       .help = "what makes the first state of the projected features",
       .choices = {"linear", "tanh"}},
      {.name = "cell",
       .default_value = std::string("zero"),
       .help = "the first cell state: zero, or a projection of its own",
       .choices = {"zero", "learned"}},
  };
}

LstmDecoder::LstmDecoder(const Options& options, const DecoderSetup& setup, Sizes sizes)
    : hidden_(options.integer("hidden")), tanh_start_(options.text("start") == "tanh") {
  const bool pretrained = setup.embeddings.defined();
  const std::int64_t embedding = pretrained ? setup.embeddings.size(1) : options.integer("embedding");
  word_emb_ = register_module("word_emb", torch::nn::Embedding(setup.labels + 2, embedding));
  features_embedding_ = register_module("features_embedding", torch::nn::Linear(sizes.start, hidden_));
  if (options.text("cell") == "learned")
    cell_embedding_ = register_module("cell_embedding", torch::nn::Linear(sizes.start, hidden_));
  const std::shared_ptr<torch::nn::LSTMCellImpl> cell =
      std::make_shared<OneChunkLstmCell>(torch::nn::LSTMCellOptions(embedding + sizes.extra_input, hidden_));
  lstm_cell_ = register_module("lstm_cell", torch::nn::LSTMCell(cell));
  fc_ = register_module("fc", torch::nn::Linear(hidden_, setup.labels + 1));
  embedding_dropout_ = options.real("embedding_dropout");
  output_dropout_ = options.real("output_dropout");
  if (pretrained) {
    const at::NoGradGuard no_grad;
    word_emb_->weight.copy_(setup.embeddings);
    word_emb_->weight.set_requires_grad(!options.flag("freeze_embeddings"));
  }
}

DecoderState LstmDecoder::started(const at::Tensor& vector) const {
  // Products are computed in the features' own type; states stay float32.
  const at::ScalarType type = vector.scalar_type();
  const auto activated = [&](const torch::nn::Linear& layer) {
    const at::Tensor x = product(vector, layer->weight, layer->bias, type);
    return tanh_start_ ? x.tanh() : x;
  };
  at::Tensor hidden = activated(features_embedding_);
  at::Tensor cell = cell_embedding_ ? activated(cell_embedding_) : at::zeros_like(hidden);
  DecoderState state{.tensors = {{"hidden", std::move(hidden)}, {"cell", std::move(cell)}}};
  keep(state, {.weights = {{"input", {lstm_cell_->weight_ih, type}},
                           {"hidden", {lstm_cell_->weight_hh, type}},
                           {"output", {fc_->weight, type}}}});
  return state;
}

std::vector<at::Tensor> LstmDecoder::product_weights() const {
  std::vector<at::Tensor> weights{features_embedding_->weight, lstm_cell_->weight_ih, lstm_cell_->weight_hh,
                                  fc_->weight};
  if (cell_embedding_) weights.push_back(cell_embedding_->weight);
  // cuDNN takes weights and biases of one type, from one chunk.
  if (lstm_cell_->weight_ih.is_cuda()) {
    weights.push_back(lstm_cell_->bias_ih);
    weights.push_back(lstm_cell_->bias_hh);
  }
  return weights;
}

at::Tensor LstmDecoder::embedded(const at::Tensor& tokens) {
  return parallel_dropout(word_emb_->forward(tokens), embedding_dropout_, is_training());
}

DecoderStep LstmDecoder::advanced(const at::Tensor& input, const DecoderState& state) {
  const auto& weights = kept(state).weights;
  at::Tensor gates = weights.at("input")(input);
  gates = gates.add_(weights.at("hidden")(state["hidden"])).add_(lstm_cell_->bias_ih + lstm_cell_->bias_hh);
  auto [hidden, cell] = lstm_step(std::move(gates), state["cell"]);
  at::Tensor logits =
      weights.at("output")(parallel_dropout(hidden, output_dropout_, is_training())) + fc_->bias;
  return {std::move(logits),
          {},
          {{{"hidden", std::move(hidden)}, {"cell", std::move(cell)}}, state.memory, state.kept}};
}

DecoderStep LstmDecoder::step(const at::Tensor& tokens, const DecoderState& state) {
  return advanced(embedded(tokens), state);
}

at::Tensor LstmDecoder::teacher_forced(const Features& features, const at::Tensor& tokens,
                                       const BatchSizes& sizes) {
  const at::ScalarType type = features.any().scalar_type();
  const std::int64_t batch = tokens.size(0);
  const std::int64_t steps = tokens.size(1);
  const DecoderState start = begin(features);
  // Step by step, so that each step's rows lie together.
  const at::Tensor inputs = embedded(pack_steps(tokens.t(), sizes));
  const LstmState state{start["hidden"], start["cell"]};
  const auto& cell = *lstm_cell_;
  const at::Tensor hidden =
      inputs.is_cuda() && sizes == every_step(batch, steps)
          ? library_lstm(inputs.view({steps, batch, -1}), state, cell.weight_ih, cell.weight_hh, cell.bias_ih,
                         cell.bias_hh, type)
                .flatten(0, 1)
          : lstm_sequence(product(inputs, cell.weight_ih, cell.bias_ih + cell.bias_hh, type), sizes, state,
                          cell.weight_hh, type);
  const at::Tensor logits =
      product(parallel_dropout(hidden, output_dropout_, is_training()), fc_->weight, fc_->bias, type);
  return pad_steps(logits, sizes, batch, steps);
}

}  // namespace tagloom
