#include "models/checked_decoder.hpp"

#include <tagloom/base/error.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include <memory>
#include <stdexcept>

namespace tagloom::models {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr std::int64_t kLabels = 4;

/// Sound, from which tests derive such as break a promise.
struct Linear : Decoder {
  Linear() : score(register_module("score", torch::nn::Linear(3, kLabels + 1))) {}
  [[nodiscard]] FeatureNeeds needs() const override { return {}; }
  DecoderState begin(const Features& features) override { return {{{"pooled", features.pooled}}}; }
  DecoderStep step(const at::Tensor& /*tokens*/, const DecoderState& state) override {
    return {changed(score->forward(state["pooled"])), {}, state};
  }
  virtual at::Tensor changed(at::Tensor logits) { return logits; }
  [[nodiscard]] std::vector<at::Tensor> product_weights() const override { return {score->weight}; }
  torch::nn::Linear score;
};

CheckedDecoder checked(std::shared_ptr<Decoder> plugin) {
  return {"wobbly", {.labels = kLabels, .features = {.channels = 3}, .embeddings = {}}, std::move(plugin)};
}

at::Tensor sequence(CheckedDecoder decoder, at::ScalarType type = at::kFloat) {
  return decoder.teacher_forced({.pooled = at::ones({2, 3}).to(type), .map = {}, .concepts = {}},
                                at::zeros({2, 6}, at::kLong));
}

auto says(const char* sentence) {
  return ThrowsMessage<PluginError>(HasSubstr(sentence));
}

TEST(CheckedDecoder, GivesWhatThePluginGives) {
  const auto plugin = std::make_shared<Linear>();
  CheckedDecoder decoder = checked(plugin);
  EXPECT_EQ(sequence(decoder).sizes(), at::IntArrayRef({2, 6, kLabels + 1}));
  EXPECT_TRUE(decoder.parameters().at(0).is_same(plugin->parameters().at(0)));
  EXPECT_TRUE(decoder.product_weights().at(0).is_same(plugin->score->weight));
}

TEST(CheckedDecoder, ASequenceOfWrongStepsIsToldOfItsSteps) {
  struct Narrow : Linear {
    at::Tensor changed(at::Tensor logits) override { return logits.narrow(1, 0, kLabels); }
  };
  EXPECT_THAT(
      [] { sequence(checked(std::make_shared<Narrow>())); },
      says("decoder wobbly breaks a promise of its kind: step: logits are [2, 4], not [hypotheses = 2, "
           "labels + 1 = 5]"));
}

TEST(CheckedDecoder, ASequenceThatFailsForItsStepsIsToldOfItsSteps) {
  struct Scalar : Linear {
    at::Tensor changed(at::Tensor logits) override { return logits.sum(); }
  };
  EXPECT_THAT([] { sequence(checked(std::make_shared<Scalar>())); },
              says("step: logits are [], not [hypotheses = 2, labels + 1 = 5]"));
}

TEST(CheckedDecoder, ASequenceOfSoundStepsIsToldOfItself) {
  struct Short : Linear {
    at::Tensor teacher_forced(const Features& features, const at::Tensor& tokens,
                              const BatchSizes& sizes) override {
      return Decoder::teacher_forced(features, tokens, sizes).narrow(1, 0, 3);
    }
  };
  EXPECT_THAT([] { sequence(checked(std::make_shared<Short>())); },
              says("teacher_forced: logits are [2, 3, 5], not [images = 2, steps = 6, labels + 1 = 5]"));
  struct Throws : Linear {
    at::Tensor teacher_forced(const Features& /*features*/, const at::Tensor& /*tokens*/,
                              const BatchSizes& /*sizes*/) override {
      throw std::invalid_argument("too long");
    }
  };
  EXPECT_THAT([] { sequence(checked(std::make_shared<Throws>())); },
              ThrowsMessage<std::invalid_argument>("too long"));
}

TEST(CheckedDecoder, AStepPassesOnTheMemoryThatItWasGiven) {
  struct Remembers : Linear {
    DecoderState begin(const Features& features) override {
      return {{{"pooled", features.pooled}}, {{"map", features.pooled}}};
    }
  };
  const auto take_a_step = [](CheckedDecoder decoder) {
    const DecoderState state = decoder.begin({.pooled = at::ones({2, 3}), .map = {}, .concepts = {}});
    return decoder.step(at::zeros({2}, at::kLong), state).state;
  };
  EXPECT_TRUE(take_a_step(checked(std::make_shared<Remembers>())).memory.contains("map"));
  struct Forgets : Remembers {
    DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
      DecoderStep next = Remembers::step(tokens, state);
      next.state.memory.clear();
      return next;
    }
  };
  EXPECT_THAT([&] { take_a_step(checked(std::make_shared<Forgets>())); },
              says("step: memory \"map\" of the state before is missing in the next"));
}

TEST(CheckedDecoder, LogitsMayBeBfloat16WhereTheFeaturesAre) {
  struct AsGiven : Linear {
    DecoderStep step(const at::Tensor& /*tokens*/, const DecoderState& state) override {
      const at::Tensor logits = score->forward(state["pooled"].to(at::kFloat)).to(at::kBFloat16);
      return {logits, {}, state};
    }
  };
  EXPECT_EQ(sequence(checked(std::make_shared<AsGiven>()), at::kBFloat16).scalar_type(), at::kBFloat16);
  EXPECT_THAT([] { sequence(checked(std::make_shared<AsGiven>())); },
              says("step: logits are bfloat16, not float32"));
}

}  // namespace
}  // namespace tagloom::models
