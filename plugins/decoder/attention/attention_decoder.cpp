/// CNN-RNN with attention: an LSTM (lstm_decoder.hpp) that looks at the feature map at every step. What it
/// sees is weighted by additive attention on the hidden state of the step before, scaled by a gate (Xu et
/// al., ICML 2015, section 4.2.1), and enters the cell beside the label's embedding:
///
///     input_t = [E y_{t-1} ; sigmoid(W_b h_{t-1} + b_b) * context_t]
///
/// The first state is made of the map's mean. `feature_dropout` drops from the map before attention sees it,
/// as the code of Yazici et al. (CVPR 2020) does; the first state's mean is taken before.
///
/// Parameters beside the LSTM's: `attention.*` (additive_attention.hpp), `f_beta.{weight,bias}` [channels,
/// hidden].

#include "additive_attention.hpp"

#include <tagloom/nn/dropout.hpp>
#include <tagloom/nn/kept.hpp>
#include <tagloom/nn/lstm_decoder.hpp>
#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <iterator>

namespace tagloom {

class AttentionDecoder : public LstmDecoder {
 public:
  static std::vector<OptionSpec> options() {
    auto specs = LstmDecoder::options();
    specs.push_back({.name = "attention",
                     .default_value = std::int64_t{1024},
                     .help = "units of the attention",
                     .minimum = 1,
                     .maximum = kMostUnits});
    specs.push_back({.name = "feature_dropout",
                     .default_value = 0.0,
                     .help = "dropout on the feature map",
                     .minimum = 0,
                     .maximum = 0.99});
    return specs;
  }

  AttentionDecoder(const Options& options, const DecoderSetup& setup)
      : LstmDecoder(options, setup,
                    {.start = setup.features.channels, .extra_input = setup.features.channels}) {
    attention_ = register_module("attention", std::make_shared<AdditiveAttention>(AdditiveAttention::Sizes{
                                                  .channels = setup.features.channels,
                                                  .hidden = hidden(),
                                                  .attention = options.integer("attention")}));
    f_beta_ = register_module("f_beta", torch::nn::Linear(hidden(), setup.features.channels));
    feature_dropout_ = options.real("feature_dropout");
  }

  [[nodiscard]] FeatureNeeds needs() const override { return {.pooled = false, .map = true}; }

  DecoderState begin(const Features& features) override {
    DecoderState state = started(features.map.mean(1));
    Kept all = kept(state);
    all.weights.emplace("gate", SequenceWeight(f_beta_->weight, features.map.scalar_type()));
    state.memory = attention_->begin(parallel_dropout(features.map, feature_dropout_, is_training()), all);
    keep(state, std::move(all));
    return state;
  }

  DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
    const auto [gated, weights] = attention_->attend(
        state, {.logits = kept(state).weights.at("gate")(state["hidden"]), .bias = f_beta_->bias});
    DecoderStep next = advanced(at::cat({embedded(tokens), gated}, 1), state);
    next.attention = weights;
    return next;
  }

  at::Tensor teacher_forced(const Features& features, const at::Tensor& tokens,
                            const BatchSizes& sizes) override {
    // What a step sees depends on the step before: there is no whole sequence to compute at once.
    return Decoder::teacher_forced(features, tokens, sizes);
  }

  [[nodiscard]] std::vector<at::Tensor> product_weights() const override {
    auto weights = LstmDecoder::product_weights();
    std::ranges::move(attention_->product_weights(), std::back_inserter(weights));
    weights.push_back(f_beta_->weight);
    return weights;
  }

 private:
  std::shared_ptr<AdditiveAttention> attention_;
  torch::nn::Linear f_beta_ = nullptr;
  double feature_dropout_ = 0;
};

}  // namespace tagloom

TAGLOOM_DECODER(attention, tagloom::AttentionDecoder,
                "An LSTM with gated additive attention over the feature map at every step",
                "Xu et al., Show, Attend and Tell, ICML 2015; Yazici et al., CVPR 2020")
