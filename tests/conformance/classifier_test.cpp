#include <tagloom/conformance/classifier.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <memory>

namespace tagloom {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// The sum of the pooled feature for every label, from which tests derive such as break one promise.
struct SumClassifier : Classifier {
  SumClassifier() : scale(register_parameter("scale", at::rand({1}))) {}
  [[nodiscard]] FeatureNeeds needs() const override { return {}; }
  at::Tensor forward(const Features& features) override {
    return changed((features.pooled.sum(1, /*keepdim=*/true) * scale).expand({-1, 4}));
  }
  virtual at::Tensor changed(at::Tensor logits) { return logits; }
  at::Tensor scale;
};

template <class Broken>
conformance::Violations classifier_violations() {
  return conformance::check_classifier(
      [] { return std::make_shared<Broken>(); },
      {.labels = 4, .features = {.channels = 3, .map_height = 1, .map_width = 2}});
}

TEST(ClassifierCheck, ASoundClassifierPasses) {
  EXPECT_THAT(classifier_violations<SumClassifier>(), IsEmpty());
}

TEST(ClassifierCheck, TellsTheShapeAndTheTypeThatIsFoundAndTheOneThatIsExpected) {
  struct Wide : SumClassifier {
    at::Tensor changed(at::Tensor logits) override { return at::cat({logits, logits}, 1); }
  };
  EXPECT_THAT(classifier_violations<Wide>(),
              ElementsAre("forward: logits are [3, 8], not [images = 3, labels = 4]"));
  struct Half : SumClassifier {
    at::Tensor changed(at::Tensor logits) override { return logits.to(at::kHalf); }
  };
  EXPECT_THAT(classifier_violations<Half>(), ElementsAre("forward: logits are float16, not float32"));
  struct Squeezes : SumClassifier {
    at::Tensor changed(at::Tensor logits) override { return logits.squeeze(0); }
  };
  EXPECT_THAT(classifier_violations<Squeezes>(),
              ElementsAre("forward: logits are [4], not [images = 1, labels = 4]"));
}

TEST(ClassifierCheck, LogitsAreNumbersOfOneImage) {
  struct Infinite : SumClassifier {
    at::Tensor changed(at::Tensor logits) override { return logits / 0; }
  };
  EXPECT_THAT(classifier_violations<Infinite>(), ElementsAre("forward: logits are not finite"));
  struct Mixes : SumClassifier {
    at::Tensor changed(at::Tensor logits) override { return logits + logits.mean(); }
  };
  EXPECT_THAT(classifier_violations<Mixes>(),
              ElementsAre("forward: an image's logits depend on the other images of its batch"));
}

TEST(ClassifierCheck, GradientsArrive) {
  struct Detached : SumClassifier {
    at::Tensor changed(at::Tensor logits) override { return logits.detach(); }
  };
  EXPECT_THAT(classifier_violations<Detached>(), ElementsAre("forward: logits carry no gradient"));
  struct Idle : SumClassifier {
    Idle() { register_parameter("idle", at::ones({1})); }
  };
  EXPECT_THAT(classifier_violations<Idle>(), ElementsAre("parameter idle receives no gradient"));
}

TEST(ClassifierCheck, FeaturesStayAsTheyAre) {
  struct Writes : SumClassifier {
    at::Tensor forward(const Features& features) override {
      features.pooled.add_(1);
      return SumClassifier::forward(features);
    }
  };
  EXPECT_THAT(classifier_violations<Writes>(), Contains("the features that it was given are changed"));
}

TEST(ClassifierCheck, WhatEveryModulePromisesIsChecked) {
  struct Draws : SumClassifier {
    at::Tensor changed(at::Tensor logits) override { return logits + drawn; }
    at::Tensor drawn = at::rand({4});
  };
  EXPECT_THAT(classifier_violations<Draws>(), ElementsAre(::testing::StartsWith("save and load: ")));
  struct Prints : SumClassifier {
    Prints() { std::cout << "ready\n"; }
  };
  EXPECT_THAT(classifier_violations<Prints>(),
              ElementsAre("prints on standard output, which belongs to results: \"ready\""));
}

}  // namespace
}  // namespace tagloom
