#include "example.hpp"
#include "report.hpp"
#include "threads.hpp"

#include <tagloom/conformance/encoder.hpp>
#include <tagloom/conformance/promises/encoder.hpp>
#include <tagloom/conformance/promises/tensors.hpp>

#include <ATen/ATen.h>

namespace tagloom::conformance {
namespace {

/// bf16 convolutions may group differently for another batch size.
constexpr double kTolerance = 0.02;

constexpr FeatureNeeds kPooled{.pooled = true, .map = false};

/// Pixels in [0, 1], prepared as the host does.
at::Tensor prepared(const at::Tensor& pixels, const Preprocessing& input) {
  const auto by_channel = [](const std::array<float, 3>& values) {
    return at::tensor({values[0], values[1], values[2]}).view({1, 3, 1, 1});
  };
  return (pixels - by_channel(input.mean)) / by_channel(input.std);
}

/// Two images that differ.
at::Tensor example_images(const Preprocessing& input) {
  const at::Tensor wave = at::arange(2 * 3 * input.size * input.size, at::kFloat).mul(0.01).sin();
  return prepared((wave + 1).mul(0.5).view({2, 3, input.size, input.size}), input);
}

/// A black and a white one.
at::Tensor extreme_images(const Preprocessing& input) {
  const at::Tensor brightness = at::tensor({0.F, 1.F}).view({2, 1, 1, 1});
  return prepared(brightness.expand({2, 3, input.size, input.size}), input);
}

EncoderDeclaration declaration(const Encoder& encoder) {
  return {encoder.preprocessing(), encoder.feature_shape(), encoder.weights()};
}

void check_features(Report& report, Encoder& encoder, const at::Tensor& images) {
  const FeatureShape shape = encoder.feature_shape();
  const at::Tensor before = images.clone();
  const FeatureNeeds needs{.pooled = true, .map = true};
  const Features both = encoder.encode(images, needs);
  report.add(broken_features(both, images.size(0), shape, needs));
  if (!report.is_clean()) return;
  report.demand(is_finite(both.map), "encode: features are not finite");
  report.demand(close(both.map.mean(1), both.pooled, kTolerance),
                "encode: pooled is not the map's mean over its pixels");
  report.demand(images.equal(before), "encode: the images that it was given are changed");

  const Features pooled_only = encoder.encode(images, kPooled);
  report.add(broken_features(pooled_only, images.size(0), shape, kPooled));
  if (!report.is_clean()) return;
  report.demand(pooled_only.pooled.equal(both.pooled), "encode: two calls with the same images differ");
  const Features alone = encoder.encode(images.narrow(0, 1, 1), kPooled);
  report.add(broken_features(alone, 1, shape, kPooled));
  report.demand(!report.is_clean() || close(alone.pooled[0], both.pooled[1], kTolerance),
                "encode: an image's features depend on the others of its batch");
}

void check_instances(Report& report, Encoder& first, Encoder& second, const at::Tensor& image) {
  report.demand(first.weights().fingerprint == second.weights().fingerprint,
                "weights: two encoders of the same options have other fingerprints");
  const auto pooled = [&image](Encoder& encoder) { return encoder.encode(image, kPooled).pooled; };
  report.demand(close(pooled(second), pooled(first), kTolerance),
                "encode: two encoders of the same options give other features");
  if (!report.is_clean()) return;
  check_threads(report, {.call = "encode",
                         .result = "features",
                         .first = [&] { return pooled(first); },
                         .second = [&] { return pooled(second); },
                         .tolerance = kTolerance,
                         .times = 1});
}

void check(Report& report, const CreateEncoder& create) {
  report.begin("its creation");
  const auto encoder = create();
  report.begin("to, preprocessing, feature_shape and weights");
  encoder->to(at::kCPU);
  report.add(broken_declaration(declaration(*encoder)));
  if (!report.is_clean()) return;
  const Preprocessing input = encoder->preprocessing();
  const at::Tensor images = example_images(input);
  report.part("encode", [&] { check_features(report, *encoder, images); });
  if (!report.is_clean()) return;
  report.part("encode of a black and a white image", [&] {
    report.demand(is_finite(encoder->encode(extreme_images(input), kPooled).pooled),
                  "encode: features of a black and a white image are not finite");
  });
  report.part("encode", [&] {
    const auto second = create();
    second->to(at::kCPU);
    check_instances(report, *encoder, *second, images.narrow(0, 0, 1));
  });
}

}  // namespace

Violations check_encoder(const CreateEncoder& create, const Observer& observer) {
  return watched(observer, [&](Report& report) { check(report, create); });
}

}  // namespace tagloom::conformance
