#include "additive_attention.hpp"

#include "attention_functions.hpp"

#include <ATen/ATen.h>

namespace tagloom {

AdditiveAttention::AdditiveAttention(Sizes sizes)
    : encoder_att_(register_module("encoder_att", torch::nn::Linear(sizes.channels, sizes.attention))),
      decoder_att_(register_module("decoder_att", torch::nn::Linear(sizes.hidden, sizes.attention))),
      full_att_(register_module("full_att", torch::nn::Linear(sizes.attention, 1))) {}

std::map<std::string, at::Tensor> AdditiveAttention::begin(const at::Tensor& map, Kept& kept) {
  const at::ScalarType type = map.scalar_type();
  // Both biases are added here, once a pixel, instead of at every step.
  const at::Tensor keys =
      product(map, encoder_att_->weight, encoder_att_->bias + decoder_att_->bias, type).to(type).contiguous();
  kept.grad_memory.emplace("keys", DeferredGradient(keys, key_gradient(keys, full_att_->weight.view(-1))));
  kept.weights.emplace("query", SequenceWeight(decoder_att_->weight, type));
  return {{"keys", keys}, {"map", map.contiguous()}};
}

AdditiveAttention::Result AdditiveAttention::attend(const DecoderState& state) {
  const at::Tensor& map = state.memory.at("map");
  const std::int64_t images = map.size(0);
  const at::Tensor& hidden = state["hidden"];
  const at::Tensor query =
      kept(state).weights.at("query")(hidden).view({images, hidden.size(0) / images, -1});
  // The bias moves all scores of an image alike, which softmax does not see; it is kept for the checkpoint's
  // sake.
  const at::Tensor scores = score_pixels(state.memory.at("keys"), query, full_att_->weight.view(-1),
                                         kept(state).grad_memory.at("keys")) +
                            full_att_->bias;
  const at::Tensor weights = scores.softmax(2);
  return {weighted_pixels(weights, map).flatten(0, 1), weights.flatten(0, 1)};
}

}  // namespace tagloom
