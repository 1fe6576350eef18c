#include "transformer.hpp"

#include "positions.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

#include <string>
#include <utility>

namespace transformer_plugin {
namespace {

/// What a layer keeps in the state, of a hypothesis in `tensors` and of an image in `memory`.
std::string name_of(std::size_t layer) {
  return "layer" + std::to_string(layer);
}

BlockShape block_shape(const tagloom::Options& options) {
  const std::int64_t width = options.integer("width");
  const std::int64_t heads = options.integer("heads");
  if (width % heads != 0 || width % 2 != 0)
    throw tagloom::UsageError("decoder.width is " + std::to_string(width) +
                              "; it must be even, and a multiple of decoder.heads, which is " +
                              std::to_string(heads) + ".");
  return {.attention = {.width = width, .heads = heads, .dropout = options.real("dropout")},
          .feed_forward = options.integer("feed_forward")};
}

tagloom::OptionSpec size(std::string name, std::int64_t value, std::string help) {
  return {.name = std::move(name),
          .default_value = value,
          .help = std::move(help),
          .minimum = 1,
          .maximum = 65536};
}

tagloom::OptionSpec probability(std::string name, double value, std::string help) {
  return {.name = std::move(name),
          .default_value = value,
          .help = std::move(help),
          .minimum = 0,
          .maximum = 0.99};
}

}  // namespace

std::vector<tagloom::OptionSpec> Transformer::options() {
  return {
      size("layers", 2, "layers of self-attention, cross-attention and feed-forward network"),
      size("heads", 4, "heads of each attention; they divide the width"),
      size("width", 256, "width of the layers"),
      size("feed_forward", 1024, "hidden units of the feed-forward networks"),
      probability("dropout", 0.1, "dropout on tokens, on attention and on what each part of a layer adds"),
      probability("feature_dropout", 0.5, "dropout on the image features"),
      {.name = "attend",
       .default_value = std::string("map"),
       .help = "what of an image is attended to: the pixels of its map, or its pooled feature",
       .choices = {"map", "pooled"}},
  };
}

Transformer::Transformer(const tagloom::Options& options, const tagloom::DecoderSetup& setup)
    : map_(options.text("attend") == "map") {
  const BlockShape shape = block_shape(options);
  const std::int64_t width = shape.attention.width;
  const bool pretrained = setup.embeddings.defined();
  const std::int64_t embedding = pretrained ? setup.embeddings.size(1) : width;
  embedding_ = register_module("embedding", torch::nn::Embedding(setup.labels + 2, embedding));
  token_ = register_module("token", torch::nn::Linear(embedding, width));
  feature_dropout_ = register_module("feature_dropout", torch::nn::Dropout(options.real("feature_dropout")));
  feature_ = register_module("feature", torch::nn::Linear(setup.features.channels, width));
  feature_norm_ = register_module("feature_norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
  for (std::int64_t i = 0; i < options.integer("layers"); ++i)
    layers_.push_back(register_module(name_of(layers_.size()), Block(shape)));
  norm_ = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
  dropout_ = register_module("dropout", torch::nn::Dropout(options.real("dropout")));
  output_ = register_module("output", torch::nn::Linear(width, setup.labels + 1));
  if (pretrained) {
    const at::NoGradGuard no_grad;
    embedding_->weight.copy_(setup.embeddings);
  }
}

tagloom::DecoderState Transformer::begin(const tagloom::Features& features) {
  const at::Tensor pixels = map_ ? features.map : features.pooled.unsqueeze(1);
  // Under autocast a product is bfloat16, which LayerNorm's float32 weights do not go with.
  const at::Tensor projected = feature_->forward(feature_dropout_->forward(pixels)).to(at::kFloat);
  const at::Tensor image = feature_norm_->forward(projected);
  tagloom::DecoderState state;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const at::Tensor keys_and_values = layers_[i]->keys_and_values(image);
    state.tensors[name_of(i)] =
        at::empty({features.batch(), 0, keys_and_values.size(2)}, keys_and_values.options());
    state.memory[name_of(i)] = keys_and_values;
  }
  return state;
}

at::Tensor Transformer::embedded(const at::Tensor& tokens, std::int64_t past) {
  const at::Tensor values = token_->forward(embedding_->forward(tokens));
  return dropout_->forward(values + positions(past, tokens.size(1), values.size(2), tokens.device()));
}

Transformer::Read Transformer::read(const at::Tensor& tokens, const tagloom::DecoderState& state) {
  Read read{.values = embedded(tokens, state[name_of(0)].size(1)), .state = state, .attention = {}};
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::string name = name_of(i);
    BlockOutput output =
        layers_[i]->forward(read.values, {.tokens = state[name], .image = state.memory.at(name)});
    read.values = std::move(output.values);
    read.state.tensors[name] = std::move(output.tokens);
    read.attention = std::move(output.attention);
  }
  read.values = dropout_->forward(norm_->forward(read.values));
  return read;
}

tagloom::DecoderStep Transformer::step(const at::Tensor& tokens, const tagloom::DecoderState& state) {
  Read next = read(tokens.unsqueeze(1), state);
  return {.logits = output_->forward(next.values.squeeze(1)),
          .attention = map_ ? next.attention.squeeze(1) : at::Tensor(),
          .state = std::move(next.state)};
}

at::Tensor Transformer::teacher_forced(const tagloom::Features& features, const at::Tensor& tokens,
                                       const tagloom::BatchSizes& sizes) {
  const auto taken = static_cast<std::int64_t>(sizes.size());
  const Read sequence = read(tokens.narrow(1, 0, taken), begin(features));
  // What comes after an image's last step is computed as well, and changes nothing before it.
  const at::Tensor values = tagloom::pack_steps(sequence.values.transpose(0, 1), sizes);
  return tagloom::pad_steps(output_->forward(values), sizes, tokens.size(0), tokens.size(1));
}

}  // namespace transformer_plugin

TAGLOOM_DECODER(transformer, transformer_plugin::Transformer, "A transformer that attends to the feature map",
                "Vaswani et al., Attention Is All You Need, NeurIPS 2017")
