#include <tagloom/conformance/classifier.hpp>
#include <tagloom/conformance/decoder.hpp>
#include <tagloom/conformance/encoder.hpp>
#include <tagloom/conformance/loss.hpp>
#include <tagloom/conformance/multilabel_loss.hpp>
#include <tagloom/conformance/ordering.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

namespace tagloom {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const DecoderSetup kSetup{.labels = 4, .features = {.channels = 3, .map_height = 1, .map_width = 2}};

/// Scores from the pooled feature alone; each of its faults can be switched on.
struct LinearDecoder : Decoder {
  LinearDecoder() : score(register_module("score", torch::nn::Linear(3, 5))) {}

  [[nodiscard]] FeatureNeeds needs() const override { return {}; }
  DecoderState begin(const Features& features) override {
    at::Tensor pooled = features.pooled;
    if (mixes_images) pooled = pooled + pooled.mean(0);
    return {{{"pooled", pooled}}};
  }
  DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
    at::Tensor logits = score->forward(state["pooled"]);
    if (extra_output) logits = at::cat({logits, logits}, 1);
    if (remembers_rows) logits = logits + at::arange(tokens.size(0), at::kFloat).unsqueeze(1);
    return {logits, {}, state};
  }
  at::Tensor teacher_forced(const Features& features, const at::Tensor& tokens,
                            const BatchSizes& sizes) override {
    const auto taken = takes_every_step ? every_step(tokens.size(0), tokens.size(1)) : sizes;
    const at::Tensor logits = Decoder::teacher_forced(features, tokens, taken);
    return wrong_fusion ? logits * 1.01 : logits;
  }

  torch::nn::Linear score;
  bool mixes_images = false;
  bool extra_output = false;
  bool remembers_rows = false;
  bool wrong_fusion = false;
  bool takes_every_step = false;
};

TEST(Conformance, AcceptsADecoderThatKeepsItsPromises) {
  LinearDecoder decoder;
  EXPECT_THAT(conformance::check_decoder(decoder, kSetup), IsEmpty());
}

TEST(Conformance, NamesEveryFaultOfADecoder) {
  LinearDecoder mixes;
  mixes.mixes_images = true;
  EXPECT_THAT(conformance::check_decoder(mixes, kSetup), Contains(HasSubstr("other images of its batch")));
  LinearDecoder wide;
  wide.extra_output = true;
  EXPECT_THAT(conformance::check_decoder(wide, kSetup), Contains(HasSubstr("not [hypotheses, labels + 1]")));
  LinearDecoder rows;
  rows.remembers_rows = true;
  EXPECT_THAT(conformance::check_decoder(rows, kSetup), Contains(HasSubstr("rows were selected")));
  LinearDecoder fused;
  fused.wrong_fusion = true;
  EXPECT_THAT(conformance::check_decoder(fused, kSetup),
              Contains(HasSubstr("differ from those of the loop")));
  EXPECT_THAT(conformance::check_decoder(fused, kSetup), Contains(HasSubstr("gradient of score.weight")));
  LinearDecoder all;
  all.takes_every_step = true;
  EXPECT_THAT(conformance::check_decoder(all, kSetup), Contains(HasSubstr("no step is taken")));
}

/// The sum of the pooled feature for every label; its faults can be switched on.
struct SumClassifier : Classifier {
  SumClassifier() : scale(register_parameter("scale", at::ones({1}))) {}
  [[nodiscard]] FeatureNeeds needs() const override { return {}; }
  at::Tensor forward(const Features& features) override {
    at::Tensor sum = features.pooled.sum(1, /*keepdim=*/true);
    if (mixes_images) sum = sum + sum.mean();
    return (forgets_parameter ? sum : sum * scale).expand({-1, extra_label ? 5 : 4});
  }
  at::Tensor scale;
  bool mixes_images = false;
  bool extra_label = false;
  bool forgets_parameter = false;
};

TEST(Conformance, NamesEveryFaultOfAClassifier) {
  const ClassifierSetup setup{.labels = 4, .features = kSetup.features};
  SumClassifier sound;
  EXPECT_THAT(conformance::check_classifier(sound, setup), IsEmpty());
  SumClassifier mixes;
  mixes.mixes_images = true;
  EXPECT_THAT(conformance::check_classifier(mixes, setup), Contains(HasSubstr("other images of its batch")));
  SumClassifier wide;
  wide.extra_label = true;
  EXPECT_THAT(conformance::check_classifier(wide, setup), Contains(HasSubstr("not [batch, labels]")));
  SumClassifier forgets;
  forgets.forgets_parameter = true;
  EXPECT_THAT(conformance::check_classifier(forgets, setup),
              Contains(HasSubstr("scale receives no gradient")));
}

TEST(Conformance, FindsAMultilabelLossThatRewardsErrors) {
  struct Backwards : MultilabelLoss {
    [[nodiscard]] at::Tensor compute(const at::Tensor& logits, const at::Tensor& multi_hot) const override {
      return ((1 - multi_hot * 2) * -logits).mean();
    }
  };
  EXPECT_THAT(conformance::check_multilabel_loss(Backwards()), Contains(HasSubstr("cost no less")));
}

TEST(Conformance, FindsALossWhoseTargetsLoseALabel) {
  struct Losing : Loss {
    [[nodiscard]] LogitsKind logits_kind() const override { return LogitsKind::free_running; }
    [[nodiscard]] at::Tensor targets(const at::Tensor&, const LabelBatch& labels) const override {
      return labels.targets.flip({1});
    }
    [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch&) const override {
      return {logits.select(1, 0).square().mean(), {}};
    }
  };
  EXPECT_THAT(conformance::check_loss(Losing()), Contains(HasSubstr("not all there")));
}

TEST(Conformance, FindsAnOrderingThatDropsLabels) {
  struct Dropping : Ordering {
    [[nodiscard]] std::vector<std::int64_t> order(std::span<const std::int64_t>, const LabelStatistics&,
                                                  Random&) const override {
      return {};
    }
  };
  EXPECT_THAT(conformance::check_ordering(Dropping()), Contains(HasSubstr("permutation")));
}

TEST(Conformance, FindsALossThatReadsStepsAfterTheStopWithoutSayingSo) {
  struct Reading : Loss {
    explicit Reading(bool says) : says_so(says) {}
    [[nodiscard]] LogitsKind logits_kind() const override { return LogitsKind::teacher_forced; }
    [[nodiscard]] bool reads_steps_after_stop() const override { return says_so; }
    [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch&) const override {
      return {logits.narrow(1, 0, 4).square().mean(), {}};
    }
    bool says_so;
  };
  EXPECT_THAT(conformance::check_loss(Reading(false)), Contains(HasSubstr("own stop")));
  EXPECT_THAT(conformance::check_loss(Reading(true)), IsEmpty());
}

TEST(Conformance, FindsALossThatCountsPadding) {
  struct Padding : Loss {
    [[nodiscard]] LogitsKind logits_kind() const override { return LogitsKind::teacher_forced; }
    [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch&) const override {
      return {logits.square().mean(), {}};
    }
  };
  EXPECT_THAT(conformance::check_loss(Padding()), Contains(HasSubstr("after every stop")));
}

/// Pixel means; `crop` is cut from 8 pixels.
struct MeanEncoder : Encoder {
  explicit MeanEncoder(std::int64_t crop) : size(crop) {}
  Features encode(const at::Tensor& images, FeatureNeeds needs) override {
    const at::Tensor map = images.mean({2, 3}).unsqueeze(1);
    return {.pooled = map.mean(1), .map = needs.map ? map : at::Tensor()};
  }
  void to(at::Device /*device*/) override {}
  [[nodiscard]] Preprocessing preprocessing() const override {
    return {.size = size, .rule = ResizeRule::center_crop, .resize_to = 8};
  }
  [[nodiscard]] FeatureShape feature_shape() const override {
    return {.channels = 3, .map_height = 1, .map_width = 1};
  }
  [[nodiscard]] EncoderWeights weights() const override { return {.source = "none", .fingerprint = "0"}; }

  std::int64_t size;
};

TEST(Conformance, AnEncoderCutsItsCropFromSomethingThatLarge) {
  MeanEncoder whole(8);
  EXPECT_THAT(conformance::check_encoder(whole), IsEmpty());
  MeanEncoder larger(9);
  EXPECT_THAT(conformance::check_encoder(larger), Contains(HasSubstr("crop larger than its image")));
}

}  // namespace
}  // namespace tagloom
