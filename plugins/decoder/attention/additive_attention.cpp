#include "additive_attention.hpp"

#include <ATen/ATen.h>

namespace tagloom {

AdditiveAttention::AdditiveAttention(Sizes sizes)
    : encoder_att_(register_module("encoder_att", torch::nn::Linear(sizes.channels, sizes.attention))),
      decoder_att_(register_module("decoder_att", torch::nn::Linear(sizes.hidden, sizes.attention))),
      full_att_(register_module("full_att", torch::nn::Linear(sizes.attention, 1))) {}

at::Tensor AdditiveAttention::keys(const at::Tensor& map) {
  return encoder_att_->forward(map);
}

AdditiveAttention::Result AdditiveAttention::attend(const at::Tensor& hidden, const at::Tensor& map,
                                                    const at::Tensor& keys) {
  const std::int64_t images = map.size(0);
  const std::int64_t width = hidden.size(0) / images;
  const at::Tensor query = decoder_att_->forward(hidden).view({images, width, 1, -1});
  const at::Tensor scores = full_att_->forward((keys.unsqueeze(1) + query).relu_()).squeeze(3);
  const at::Tensor weights = scores.softmax(2);
  return {at::bmm(weights, map).flatten(0, 1), weights.flatten(0, 1)};
}

}  // namespace tagloom
