/// One decoder for each promise of a step, a sequence and a state, and the sentence for it.

#include "linear_decoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::LinearDecoder;
using testing::violations;

TEST(DecoderCheck, ASoundDecoderPasses) {
  EXPECT_THAT(violations<LinearDecoder>(), IsEmpty());
}

TEST(DecoderCheck, TellsTheShapeThatIsFoundAndTheOneThatIsExpected) {
  struct Wide : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override { return at::cat({logits, logits}, 1); }
  };
  EXPECT_THAT(violations<Wide>(),
              ElementsAre("step: logits are [3, 10], not [hypotheses = 3, labels + 1 = 5]"));
  struct Nothing : LinearDecoder {
    at::Tensor changed(at::Tensor /*logits*/) override { return {}; }
  };
  EXPECT_THAT(violations<Nothing>(),
              ElementsAre("step: logits are undefined, not [hypotheses = 3, labels + 1 = 5]"));
}

TEST(DecoderCheck, LogitsOfFloat32FeaturesAreFloat32) {
  struct Half : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override { return logits.to(at::kHalf); }
  };
  EXPECT_THAT(violations<Half>(), ElementsAre("step: logits are float16, not float32"));
  struct Rounded : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override { return logits.to(at::kBFloat16); }
  };
  EXPECT_THAT(violations<Rounded>(), ElementsAre("step: logits are bfloat16, not float32"));
  struct Double : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override { return logits.to(at::kDouble); }
  };
  EXPECT_THAT(violations<Double>(), ElementsAre("step: logits are float64, not float32"));
}

TEST(DecoderCheck, LogitsAreNumbers) {
  struct NoNumbers : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override { return logits * std::nan(""); }
  };
  EXPECT_THAT(violations<NoNumbers>(), ElementsAre("step: logits are not finite"));
}

TEST(DecoderCheck, AnImageAloneHasItsDimension) {
  struct Squeezes : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override { return logits.squeeze(); }
  };
  EXPECT_THAT(violations<Squeezes>(),
              ElementsAre("step: logits are [5], not [hypotheses = 1, labels + 1 = 5]"));
}

TEST(DecoderCheck, AnImageDoesNotDependOnTheOthers) {
  struct Mixes : LinearDecoder {
    DecoderState begin(const Features& features) override {
      return {{{"pooled", features.pooled + features.pooled.mean(0)}}};
    }
  };
  EXPECT_THAT(violations<Mixes>(),
              Contains("teacher_forced: an image's logits depend on the other images of its batch"));
}

TEST(DecoderCheck, FeaturesAreThoseThatWereAskedForAndStayAsTheyAre) {
  struct ReadsTheMap : LinearDecoder {
    DecoderState begin(const Features& features) override { return {{{"pooled", features.map.mean(1)}}}; }
  };
  EXPECT_THAT(violations<ReadsTheMap>(),
              ElementsAre(::testing::StartsWith("begin and step: threw an exception: ")));
  struct AsksForNothing : LinearDecoder {
    [[nodiscard]] FeatureNeeds needs() const override { return {.pooled = false}; }
  };
  EXPECT_THAT(violations<AsksForNothing>(), ElementsAre("needs: asks for no features"));
  struct Writes : LinearDecoder {
    DecoderState begin(const Features& features) override { return {{{"pooled", features.pooled.add_(1)}}}; }
  };
  EXPECT_THAT(violations<Writes>(), Contains("the features that it was given are changed"));
}

TEST(DecoderCheck, StatesHaveARowAHypothesisAndMemoryARowAnImage) {
  struct OneRow : LinearDecoder {
    DecoderState begin(const Features& features) override {
      return {{{"pooled", features.pooled.narrow(0, 0, 1)}}};
    }
  };
  EXPECT_THAT(violations<OneRow>(),
              ElementsAre("begin: state \"pooled\" is [1, 3], not [hypotheses = 3, ...]"));
  struct NoRow : LinearDecoder {
    DecoderState begin(const Features& features) override {
      return {{{"pooled", features.pooled}}, {{"scale", at::ones({})}}};
    }
  };
  EXPECT_THAT(violations<NoRow>(), ElementsAre("begin: memory \"scale\" is [], not [images = 3, ...]"));
  struct LosesRows : LinearDecoder {
    DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
      DecoderStep next = LinearDecoder::step(tokens, state);
      next.state.tensors.emplace("last", tokens.narrow(0, 0, 1));
      return next;
    }
  };
  EXPECT_THAT(violations<LosesRows>(), ElementsAre("step: state \"last\" is [1], not [hypotheses = 3, ...]"));
}

TEST(DecoderCheck, ASelectedStateGoesOnWhereTheOriginalWould) {
  struct RemembersRows : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override {
      return logits + at::arange(logits.size(0), at::kFloat).unsqueeze(1);
    }
  };
  EXPECT_THAT(violations<RemembersRows>(),
              Contains("step: a state whose rows were selected does not continue as the original would"));
  struct ForgetsSelection : LinearDecoder {
    DecoderState begin(const Features& features) override {
      return {{{"pooled", features.pooled}}, {{"image", at::arange(features.batch(), at::kLong)}}};
    }
    DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
      const bool all = state.memory.at("image").size(0) >= 2 && state.memory.at("image")[0].item<int>() == 0;
      DecoderStep next = LinearDecoder::step(tokens, state);
      return {all ? next.logits : next.logits + 1, {}, state};
    }
  };
  EXPECT_THAT(violations<ForgetsSelection>(),
              Contains("step: a state whose images were selected does not continue as the original would"));
}

TEST(DecoderCheck, AttentionLooksAtEveryPixelAndSumsToOne) {
  struct Looks : LinearDecoder {
    explicit Looks(at::Tensor weights) : looks(std::move(weights)) {}
    DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
      DecoderStep next = LinearDecoder::step(tokens, state);
      next.attention = looks.expand({tokens.size(0), -1});
      return next;
    }
    at::Tensor looks;
  };
  struct Elsewhere : Looks {
    Elsewhere() : Looks(at::ones({1, 1})) {}
  };
  EXPECT_THAT(violations<Elsewhere>(),
              ElementsAre("step: attention is [3, 1], not [hypotheses = 3, pixels = 2]"));
  struct Twice : Looks {
    Twice() : Looks(at::ones({1, 2})) {}
  };
  EXPECT_THAT(violations<Twice>(), ElementsAre("step: attention does not sum to one over the pixels"));
}

/// Sequences that are not what the steps make of them.
struct Fused : LinearDecoder {
  at::Tensor teacher_forced(const Features& features, const at::Tensor& tokens,
                            const BatchSizes& sizes) override {
    return fused(Decoder::teacher_forced(features, tokens, sizes), sizes);
  }
  virtual at::Tensor fused(at::Tensor logits, const BatchSizes& sizes) = 0;
};

TEST(DecoderCheck, AFusedSequenceEqualsItsSteps) {
  struct Other : Fused {
    at::Tensor fused(at::Tensor logits, const BatchSizes& /*sizes*/) override { return logits * 1.01; }
  };
  EXPECT_THAT(violations<Other>(),
              ::testing::IsSupersetOf(
                  {"teacher_forced: logits differ from those of the loop over step",
                   "teacher_forced: the gradient of score.weight differs from that of the loop over step"}));
  struct Flat : Fused {
    at::Tensor fused(at::Tensor logits, const BatchSizes& /*sizes*/) override { return logits.flatten(0, 1); }
  };
  EXPECT_THAT(violations<Flat>(),
              ElementsAre("teacher_forced: logits are [15, 5], not [images = 3, steps = 5, labels + 1 = 5]"));
}

TEST(DecoderCheck, StepsThatAreNotTakenAreZero) {
  struct TakesEvery : LinearDecoder {
    at::Tensor teacher_forced(const Features& features, const at::Tensor& tokens,
                              const BatchSizes& /*sizes*/) override {
      return Decoder::teacher_forced(features, tokens, every_step(tokens.size(0), tokens.size(1)));
    }
  };
  EXPECT_THAT(violations<TakesEvery>(),
              Contains("teacher_forced: logits are not zero where no step is taken"));
}

TEST(DecoderCheck, ABatchMayHaveNoLabelAtAll) {
  struct WantsALabel : Fused {
    at::Tensor fused(at::Tensor logits, const BatchSizes& sizes) override {
      if (sizes.size() < 2) throw std::invalid_argument("no labels");
      return logits;
    }
  };
  EXPECT_THAT(violations<WantsALabel>(),
              ElementsAre("teacher_forced with no label in the batch: threw an exception: no labels"));
}

TEST(DecoderCheck, AnImageOfABatchMayHaveNoLabel) {
  struct WantsTwoSteps : Fused {
    at::Tensor fused(at::Tensor logits, const BatchSizes& sizes) override {
      if (sizes.size() > 1 && sizes[1] < sizes[0]) throw std::invalid_argument("no second step");
      return logits;
    }
  };
  EXPECT_THAT(violations<WantsTwoSteps>(),
              ElementsAre("teacher_forced with an image without labels: threw an exception: no second step"));
}

TEST(DecoderCheck, GradientsArrive) {
  struct Detached : LinearDecoder {
    at::Tensor changed(at::Tensor logits) override { return logits.detach(); }
  };
  EXPECT_THAT(violations<Detached>(), Contains("teacher_forced: logits carry no gradient"));
  struct Idle : LinearDecoder {
    Idle() { register_parameter("idle", at::ones({1})); }
  };
  EXPECT_THAT(violations<Idle>(), ElementsAre("parameter idle receives no gradient"));
}

TEST(DecoderCheck, AStepPassesOnTheMemoryThatItWasGiven) {
  struct Remembers : LinearDecoder {
    DecoderState begin(const Features& features) override {
      return {{{"pooled", features.pooled}}, {{"map", features.pooled}}, std::make_shared<int>(1)};
    }
    DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
      DecoderStep next = LinearDecoder::step(tokens, state);
      change(next.state);
      return next;
    }
    virtual void change(DecoderState& /*next*/) const {}
  };
  EXPECT_THAT(violations<Remembers>(), IsEmpty());
  struct Narrows : Remembers {
    void change(DecoderState& next) const override {
      next.memory["map"] = next.memory["map"].narrow(0, 0, 1);
    }
  };
  EXPECT_THAT(violations<Narrows>(), ElementsAre("step: memory \"map\" is [1, 3], not [images = 3, ...]"));
  struct Adds : Remembers {
    void change(DecoderState& next) const override { next.memory["more"] = next.memory["map"]; }
  };
  EXPECT_THAT(violations<Adds>(), ElementsAre("step: memory \"more\" is new, which begin alone may make"));
  struct Drops : Remembers {
    void change(DecoderState& next) const override { next.kept.reset(); }
  };
  EXPECT_THAT(violations<Drops>(), ElementsAre("step: kept is not what begin made"));
}

TEST(DecoderCheck, WhoAsksHearsWhichPartIsNext) {
  std::vector<std::string> parts;
  const auto broken = conformance::check_decoder(
      [] { return std::make_shared<LinearDecoder>(); },
      {.labels = 4, .features = {.channels = 3, .map_height = 1, .map_width = 2}, .embeddings = {}},
      [&](std::string_view part) { parts.emplace_back(part); });
  EXPECT_THAT(broken, IsEmpty());
  EXPECT_THAT(parts, AllOf(Contains("its creation"), Contains("begin and step"), Contains("save and load")));
  EXPECT_EQ(parts.back(), "");
}

}  // namespace
}  // namespace tagloom
