#pragma once

/// A sound decoder, from which tests derive such as break one promise.

#include <tagloom/conformance/decoder.hpp>

#include <ATen/ATen.h>
#include <torch/nn/modules/linear.h>

#include <memory>

namespace tagloom::testing {

/// Scores from the pooled feature alone.
struct LinearDecoder : Decoder {
  LinearDecoder() : score(register_module("score", torch::nn::Linear(3, 5))) {}

  [[nodiscard]] FeatureNeeds needs() const override { return {}; }
  DecoderState begin(const Features& features) override { return {{{"pooled", features.pooled}}}; }
  DecoderStep step(const at::Tensor& /*tokens*/, const DecoderState& state) override {
    return {changed(score->forward(state["pooled"])), {}, state};
  }
  /// What most faults are: other logits than those of the layer.
  virtual at::Tensor changed(at::Tensor logits) { return logits; }

  torch::nn::Linear score;
};

template <class Broken>
conformance::Violations violations() {
  return conformance::check_decoder(
      [] { return std::make_shared<Broken>(); },
      {.labels = 4, .features = {.channels = 3, .map_height = 1, .map_width = 2}, .embeddings = {}});
}

}  // namespace tagloom::testing
