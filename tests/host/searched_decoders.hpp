#pragma once

/// What tests of searches share: decoders whose answers are known, and searches for them.

#include "search/beam.hpp"
#include "search/greedy.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace tagloom::search {

using Labels = std::vector<std::int64_t>;

inline const Vocabulary kVocabulary({"sky", "sea", "boat"});
inline constexpr std::int64_t kOutputs = 4;
inline constexpr std::int64_t kStop = 3;
inline const Features kOne{.pooled = at::zeros({1, 1})};

inline std::vector<Found> greedy(Decoder& decoder, const Features& features, const SearchOptions& options) {
  return Greedy(kVocabulary, options)(decoder, features);
}

inline std::vector<Found> beam(Decoder& decoder, const Features& features, const SearchOptions& options) {
  return Beam(kVocabulary, options)(decoder, features);
}

inline std::vector<Found> search(Decoder& decoder, const Features& features, const SearchOptions& options) {
  return (*search_for(kVocabulary, options))(decoder, features);
}

/// A small random recurrent decoder: what it says depends on the image and on all tokens so far.
struct RandomDecoder : Decoder {
  explicit RandomDecoder(std::uint64_t seed) {
    at::manual_seed(seed);
    recur = at::randn({6, 6});
    embed = at::randn({5, 6}) * 2;
    out = at::randn({6, kOutputs}) * 2;
  }
  [[nodiscard]] FeatureNeeds needs() const override { return {}; }
  DecoderState begin(const Features& features) override {
    return {{{"h", features.pooled}}, {{"image", features.pooled}}};
  }
  DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
    ++steps;
    const at::Tensor image = state.memory.at("image");
    const at::Tensor own = image.repeat_interleave(tokens.size(0) / image.size(0), 0);
    at::Tensor h = (state["h"].matmul(recur) + embed.index_select(0, tokens) + own).tanh();
    at::Tensor logits = h.matmul(out);
    at::Tensor attention = h.softmax(1);
    return {std::move(logits), std::move(attention), {{{"h", std::move(h)}}, state.memory}};
  }
  at::Tensor recur, embed, out;
  int steps = 0;
};

inline Features random_features(std::int64_t batch, std::uint64_t seed = 11) {
  at::manual_seed(seed);
  return {.pooled = at::randn({batch, 6})};
}

/// log p of a sequence and its stop, the slow way.
inline double log_prob(Decoder& decoder, const Features& features, const Labels& labels) {
  DecoderState state = decoder.begin(features);
  std::int64_t previous = kVocabulary.start();
  double total = 0;
  for (std::size_t t = 0; t <= labels.size(); ++t) {
    DecoderStep step = decoder.step(at::full({1}, previous, at::kLong), state);
    const std::int64_t token = t < labels.size() ? labels[t] : kStop;
    total += step.logits.log_softmax(1)[0][token].item<double>();
    previous = token;
    state = step.state;
  }
  return total;
}

inline std::vector<Labels> labels_of(const Found& found) {
  std::vector<Labels> all;
  for (const Hypothesis& hypothesis : found.hypotheses)
    all.push_back(hypothesis.labels);
  return all;
}

/// But for what the number of rows does to a product's last bit.
inline void expect_equal(const Found& one, const Found& other) {
  constexpr float kTolerance = 1e-5F;
  using ::testing::FloatNear;
  using ::testing::Pointwise;
  EXPECT_EQ(labels_of(one), labels_of(other));
  EXPECT_THAT(one.label_scores, Pointwise(FloatNear(kTolerance), other.label_scores));
  for (std::size_t i = 0; i < one.hypotheses.size(); ++i) {
    const Hypothesis& a = one.hypotheses[i];
    const Hypothesis& b = other.hypotheses[i];
    EXPECT_NEAR(a.score, b.score, kTolerance);
    EXPECT_THAT(a.probabilities, Pointwise(FloatNear(kTolerance), b.probabilities));
    EXPECT_TRUE(a.attention.allclose(b.attention));
    EXPECT_EQ(a.attention.size(0), static_cast<std::int64_t>(a.labels.size()) + 1);
  }
}

/// Emits labels for as many steps as the first number of an image's features says.
struct CountingDecoder : RandomDecoder {
  CountingDecoder() : RandomDecoder(0) {}
  DecoderState begin(const Features& features) override { return {{{"left", features.pooled.select(1, 0)}}}; }
  DecoderStep step(const at::Tensor& /*tokens*/, const DecoderState& state) override {
    ++steps;
    rows.push_back(state["left"].size(0));
    at::Tensor logits = at::zeros({state["left"].size(0), kOutputs});
    logits.select(1, kStop).copy_(at::where(state["left"].gt(0), at::full({}, -1.0), at::full({}, 1.0)));
    return {std::move(logits), {}, {{{"left", state["left"] - 1}}}};
  }
  std::vector<std::int64_t> rows;
};

/// Says the same at every step, whatever it is fed.
struct FixedDecoder : Decoder {
  explicit FixedDecoder(std::vector<float> values) : logits(at::tensor(values).unsqueeze(0)) {}
  [[nodiscard]] FeatureNeeds needs() const override { return {}; }
  DecoderState begin(const Features& features) override { return {{{"h", features.pooled}}}; }
  DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
    return {logits.expand({tokens.size(0), kOutputs}), {}, state};
  }
  at::Tensor logits;
};

}  // namespace tagloom::search
