#include "additive_attention.hpp"

#include "attention_functions.hpp"
#include "attention_on_device.hpp"

#include <ATen/ATen.h>

#include <memory>

namespace tagloom {
namespace {

constexpr const char* kOnDevice = "attention";

}  // namespace

AdditiveAttention::AdditiveAttention(Sizes sizes)
    : encoder_att_(register_module("encoder_att", torch::nn::Linear(sizes.channels, sizes.attention))),
      decoder_att_(register_module("decoder_att", torch::nn::Linear(sizes.hidden, sizes.attention))),
      full_att_(register_module("full_att", torch::nn::Linear(sizes.attention, 1))) {}

std::map<std::string, at::Tensor> AdditiveAttention::begin(const at::Tensor& map, Kept& kept) {
  const at::ScalarType type = map.scalar_type();
  // Both biases are added here, once a pixel, instead of at every step.
  const at::Tensor keys =
      product(map, encoder_att_->weight, encoder_att_->bias + decoder_att_->bias, type).to(type).contiguous();
  kept.grad_memory.emplace("keys", DeferredGradient(keys, key_gradient(keys, v())));
  kept.weights.emplace("query", SequenceWeight(decoder_att_->weight, type));
  if (DeviceAttention::pays(keys, map, 1))
    kept.others.emplace(kOnDevice, std::make_shared<DeviceAttention>(keys, v(), full_att_->bias));
  return {{"keys", keys}, {"map", map.contiguous()}};
}

AdditiveAttention::Result AdditiveAttention::attend(const DecoderState& state, const Gate& gate) {
  const at::Tensor& map = state.memory.at("map");
  const at::Tensor& keys = state.memory.at("keys");
  const std::int64_t images = map.size(0);
  const at::Tensor& hidden = state["hidden"];
  const std::int64_t width = hidden.size(0) / images;
  const at::Tensor query = kept(state).weights.at("query")(hidden).view({images, width, -1});
  const auto on_device = kept(state).others.find(kOnDevice);
  if (on_device != kept(state).others.end() && DeviceAttention::pays(keys, map, width)) {
    const auto seen = static_cast<const DeviceAttention*>(on_device->second.get())
                          ->look({.keys = keys,
                                  .map = map,
                                  .query = query,
                                  .v = v(),
                                  .gate = gate.logits.view({images, width, -1}),
                                  .gate_bias = gate.bias});
    return {seen.gated.flatten(0, 1), seen.weights.flatten(0, 1)};
  }
  // The bias moves all scores of an image alike, which softmax does not see; it is kept for the checkpoint's
  // sake.
  const at::Tensor scores =
      score_pixels(keys, query, v(), kept(state).grad_memory.at("keys")) + full_att_->bias;
  const at::Tensor weights = scores.softmax(2);
  const at::Tensor context = weighted_pixels(weights, map).flatten(0, 1);
  return {(gate.logits + gate.bias).sigmoid() * context, weights.flatten(0, 1)};
}

}  // namespace tagloom
