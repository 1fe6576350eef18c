#include "plain_lstm.hpp"

#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

namespace tagloom {

/// additive_attention.hpp's layers in LibTorch's modules.
struct PlainAttention : torch::nn::Module {
  PlainAttention(std::int64_t channels, std::int64_t hidden, std::int64_t attention)
      : encoder_att(register_module("encoder_att", torch::nn::Linear(channels, attention))),
        decoder_att(register_module("decoder_att", torch::nn::Linear(hidden, attention))),
        full_att(register_module("full_att", torch::nn::Linear(attention, 1))) {}

  torch::nn::Linear encoder_att;
  torch::nn::Linear decoder_att;
  torch::nn::Linear full_att;
};

class PlainAttentionDecoder : public PlainLstm {
 public:
  static std::vector<OptionSpec> options() {
    auto specs = PlainLstm::options();
    specs.push_back(
        {.name = "attention", .default_value = std::int64_t{1024}, .help = "units of the attention"});
    specs.push_back({.name = "feature_dropout", .default_value = 0.0, .help = "dropout on the feature map"});
    return specs;
  }

  PlainAttentionDecoder(const Options& options, const DecoderSetup& setup)
      : PlainLstm(options, setup, setup.features.channels, setup.features.channels),
        attention_(register_module(
            "attention", std::make_shared<PlainAttention>(setup.features.channels, options.integer("hidden"),
                                                          options.integer("attention")))),
        f_beta_(
            register_module("f_beta", torch::nn::Linear(options.integer("hidden"), setup.features.channels))),
        feature_dropout_(options.real("feature_dropout")) {}

  [[nodiscard]] FeatureNeeds needs() const override { return {.pooled = false, .map = true}; }

  DecoderState begin(const Features& features) override {
    DecoderState state = started(features.map.mean(1));
    const at::Tensor map = at::dropout(features.map, feature_dropout_, is_training());
    state.memory = {{"map", map}, {"keys", attention_->encoder_att->forward(map)}};
    return state;
  }

  DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
    const std::int64_t width = state["hidden"].size(0) / state.memory.at("map").size(0);
    const at::Tensor map = state.memory.at("map").repeat_interleave(width, 0);
    const at::Tensor keys = state.memory.at("keys").repeat_interleave(width, 0);
    const at::Tensor query = attention_->decoder_att->forward(state["hidden"]).unsqueeze(1);
    const at::Tensor weights = attention_->full_att->forward((keys + query).relu()).squeeze(2).softmax(1);
    const at::Tensor context = (weights.unsqueeze(2) * map).sum(1);
    const at::Tensor gate = f_beta_->forward(state["hidden"]).sigmoid();
    DecoderStep next = advanced(at::cat({embedded(tokens), gate * context}, 1), state);
    next.attention = weights;
    return next;
  }

 private:
  std::shared_ptr<PlainAttention> attention_;
  torch::nn::Linear f_beta_ = nullptr;
  double feature_dropout_;
};

}  // namespace tagloom

TAGLOOM_DECODER(plain_attention, tagloom::PlainAttentionDecoder,
                "attention in LibTorch's modules alone, to compare scores and speed with attention",
                "Xu et al., Show, Attend and Tell, ICML 2015")
