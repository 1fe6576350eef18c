#include <tagloom/conformance/encoder.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace tagloom {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Pixel means, from which tests derive such as break one promise.
struct MeanEncoder : Encoder {
  Features encode(const at::Tensor& images, FeatureNeeds needs) override {
    const at::Tensor map = changed(images.mean({2, 3}).unsqueeze(1));
    return {.pooled = map.mean(1), .map = needs.map ? map : at::Tensor(), .concepts = {}};
  }
  virtual at::Tensor changed(at::Tensor map) { return map; }
  void to(at::Device /*device*/) override {}
  [[nodiscard]] Preprocessing preprocessing() const override { return {.size = 8}; }
  [[nodiscard]] FeatureShape feature_shape() const override {
    return {.channels = 3, .map_height = 1, .map_width = 1};
  }
  [[nodiscard]] EncoderWeights weights() const override { return {.source = "none", .fingerprint = "0"}; }
};

template <class Broken>
conformance::Violations encoder_violations() {
  return conformance::check_encoder([] { return std::make_unique<Broken>(); });
}

TEST(EncoderCheck, ASoundEncoderPasses) {
  EXPECT_THAT(encoder_violations<MeanEncoder>(), IsEmpty());
}

TEST(EncoderCheck, WhatIsDeclaredCanBe) {
  struct CutsMore : MeanEncoder {
    [[nodiscard]] Preprocessing preprocessing() const override {
      return {.size = 9, .rule = ResizeRule::center_crop, .resize_to = 8};
    }
  };
  EXPECT_THAT(encoder_violations<CutsMore>(),
              ElementsAre("preprocessing: the crop is larger than its image, 9 pixels cut from 8"));
  struct Empty : MeanEncoder {
    [[nodiscard]] Preprocessing preprocessing() const override { return {}; }
  };
  EXPECT_THAT(encoder_violations<Empty>(),
              ElementsAre("preprocessing: the image size is 0 pixels, not above 0"));
  struct DividesByZero : MeanEncoder {
    [[nodiscard]] Preprocessing preprocessing() const override { return {.size = 8, .std = {1, 0, 1}}; }
  };
  EXPECT_THAT(
      encoder_violations<DividesByZero>(),
      ElementsAre("preprocessing: the mean is [0, 0, 0] and the std [1, 0, 1], not finite numbers and "
                  "such above 0"));
  struct Flat : MeanEncoder {
    [[nodiscard]] FeatureShape feature_shape() const override { return {.channels = 3}; }
  };
  EXPECT_THAT(encoder_violations<Flat>(),
              ElementsAre("feature_shape: 3 channels, a map of 0 x 0 pixels, not all above 0"));
  struct Nameless : MeanEncoder {
    [[nodiscard]] EncoderWeights weights() const override { return {.source = "none"}; }
  };
  EXPECT_THAT(encoder_violations<Nameless>(), ElementsAre("weights: the fingerprint is empty"));
}

TEST(EncoderCheck, TellsTheShapeAndTheTypeThatIsFoundAndTheOneThatIsExpected) {
  struct Larger : MeanEncoder {
    [[nodiscard]] FeatureShape feature_shape() const override {
      return {.channels = 3, .map_height = 2, .map_width = 2};
    }
  };
  EXPECT_THAT(encoder_violations<Larger>(),
              ElementsAre("encode: map is [2, 1, 3], not [images = 2, pixels = 4, channels = 3]"));
  struct Wider : MeanEncoder {
    [[nodiscard]] FeatureShape feature_shape() const override {
      return {.channels = 4, .map_height = 1, .map_width = 1};
    }
  };
  EXPECT_THAT(encoder_violations<Wider>(),
              ElementsAre("encode: pooled is [2, 3], not [images = 2, channels = 4]"));
  struct Half : MeanEncoder {
    at::Tensor changed(at::Tensor map) override { return map.to(at::kHalf); }
  };
  EXPECT_THAT(encoder_violations<Half>(), ElementsAre("encode: pooled is float16, not float32"));
  struct Learns : MeanEncoder {
    at::Tensor changed(at::Tensor map) override { return map.set_requires_grad(true); }
  };
  EXPECT_THAT(encoder_violations<Learns>(), ElementsAre("encode: pooled carries a gradient"));
}

TEST(EncoderCheck, PooledIsTheMeanAndAMapIsThereOnlyIfItIsNeeded) {
  struct Maximum : MeanEncoder {
    Features encode(const at::Tensor& images, FeatureNeeds needs) override {
      Features features = MeanEncoder::encode(images, needs);
      features.pooled = features.pooled + 1;
      return features;
    }
  };
  EXPECT_THAT(encoder_violations<Maximum>(),
              ElementsAre("encode: pooled is not the map's mean over its pixels"));
  struct AlwaysBoth : MeanEncoder {
    Features encode(const at::Tensor& images, FeatureNeeds /*needs*/) override {
      return MeanEncoder::encode(images, {.pooled = true, .map = true});
    }
  };
  EXPECT_THAT(encoder_violations<AlwaysBoth>(),
              ElementsAre("encode: a map is returned though none is needed"));
}

TEST(EncoderCheck, BlackAndWhiteImagesHaveFeatures) {
  struct Normalises : MeanEncoder {
    Features encode(const at::Tensor& images, FeatureNeeds needs) override {
      return MeanEncoder::encode(images / images.amax({1, 2, 3}, /*keepdim=*/true), needs);
    }
  };
  EXPECT_THAT(encoder_violations<Normalises>(),
              ElementsAre("encode: features of a black and a white image are not finite"));
}

TEST(EncoderCheck, ImagesStayAsTheyAreAndApart) {
  struct Writes : MeanEncoder {
    Features encode(const at::Tensor& images, FeatureNeeds needs) override {
      return MeanEncoder::encode(images.clone().copy_(images.add_(1)), needs);
    }
  };
  EXPECT_THAT(encoder_violations<Writes>(), Contains("encode: the images that it was given are changed"));
  struct Mixes : MeanEncoder {
    at::Tensor changed(at::Tensor map) override { return map + 10 * map.sum(0); }
  };
  EXPECT_THAT(encoder_violations<Mixes>(),
              ElementsAre("encode: an image's features depend on the others of its batch"));
}

TEST(EncoderCheck, TwoOfTheSameOptionsAreTheSame) {
  static int made = 0;
  struct Named : MeanEncoder {
    [[nodiscard]] EncoderWeights weights() const override {
      return {.source = "none", .fingerprint = std::to_string(number)};
    }
    int number = ++made;
  };
  EXPECT_THAT(encoder_violations<Named>(),
              ElementsAre("weights: two encoders of the same options have other fingerprints"));
  struct Numbered : MeanEncoder {
    at::Tensor changed(at::Tensor map) override { return map + number; }
    int number = ++made;
  };
  EXPECT_THAT(encoder_violations<Numbered>(),
              ElementsAre("encode: two encoders of the same options give other features"));
}

}  // namespace
}  // namespace tagloom
