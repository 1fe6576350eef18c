#include "evaluation/greedy.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::evaluation {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Emits what its image's row of a script says, whatever it is fed.
struct ScriptedDecoder : Decoder {
  explicit ScriptedDecoder(at::Tensor tokens) : script(std::move(tokens)) {}
  [[nodiscard]] FeatureNeeds needs() const override { return {}; }
  DecoderState begin(const Features& features) override {
    return {{{"script", script}, {"position", at::zeros({features.batch()}, at::kLong)}}};
  }
  DecoderStep step(const at::Tensor& /*tokens*/, const DecoderState& state) override {
    const at::Tensor token = state["script"].gather(1, state["position"].unsqueeze(1));
    const at::Tensor logits = at::zeros({token.size(0), 4}).scatter_(1, token, 1.0);
    return {logits, {}, {{{"script", state["script"]}, {"position", state["position"] + 1}}}};
  }
  at::Tensor script;
};

const Vocabulary kVocabulary({"sky", "sea", "boat"});

TEST(Greedy, EndsEachSequenceAtItsFirstStop) {
  ScriptedDecoder decoder(at::tensor({0, 1, 3, 2, 3, 0, 0, 0, 2, 2, 2, 1}, at::kLong).view({3, 4}));
  const auto sequences = greedy(decoder, {.pooled = at::zeros({3, 1})}, kVocabulary, 4);
  EXPECT_THAT(sequences, ElementsAre(ElementsAre(0, 1), IsEmpty(), ElementsAre(2, 2, 2, 1)));
}

TEST(Greedy, EqualLogitsGoToTheLowerIndex) {
  struct Undecided : ScriptedDecoder {
    using ScriptedDecoder::ScriptedDecoder;
    DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
      return {at::zeros({tokens.size(0), 4}), {}, state};
    }
  };
  Undecided decoder(at::zeros({1, 2}, at::kLong));
  EXPECT_THAT(greedy(decoder, {.pooled = at::zeros({1, 1})}, kVocabulary, 2), ElementsAre(ElementsAre(0, 0)));
}

TEST(LabelSet, KeepsEachLabelOnceInOrderOfEmission) {
  EXPECT_THAT(label_set({2, 0, 2, 1, 0}), ElementsAre(2, 0, 1));
}

}  // namespace
}  // namespace tagloom::evaluation
