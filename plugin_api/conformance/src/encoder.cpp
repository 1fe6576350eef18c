#include <tagloom/conformance/encoder.hpp>

#include <ATen/ATen.h>

namespace tagloom::conformance {
namespace {

/// bf16 convolutions may group differently for another batch size.
constexpr double kTolerance = 0.02;

bool close(const at::Tensor& a, const at::Tensor& b) {
  const double scale = std::max(1e-6, b.abs().max().item<double>());
  return a.sizes() == b.sizes() && (a - b).abs().max().item<double>() <= kTolerance * scale;
}

}  // namespace

Violations check_encoder(Encoder& encoder) {
  Violations violations;
  const auto demand = [&](bool kept, const char* promise) {
    if (!kept) violations.emplace_back(promise);
  };
  const Preprocessing input = encoder.preprocessing();
  const FeatureShape shape = encoder.feature_shape();
  demand(input.possible(),
         "preprocessing: the image size is not positive, or the crop larger than its image");
  demand(!encoder.weights().fingerprint.empty(), "weights: the fingerprint is empty");
  demand(shape.channels > 0 && shape.pixels() > 0, "feature_shape: a dimension is not positive");
  if (!violations.empty()) return violations;

  const at::Tensor images = at::arange(2 * 3 * input.size * input.size, at::kFloat)
                                .mul(0.01)
                                .sin()
                                .view({2, 3, input.size, input.size});
  const Features both = encoder.encode(images, {.pooled = true, .map = true});
  demand(both.pooled.sizes() == at::IntArrayRef({2, shape.channels}),
         "encode: pooled is not [batch, channels]");
  demand(both.map.defined() && both.map.sizes() == at::IntArrayRef({2, shape.pixels(), shape.channels}),
         "encode: map is not [batch, pixels, channels] of the declared feature shape");
  if (!violations.empty()) return violations;
  demand(both.pooled.scalar_type() == at::kFloat && both.map.scalar_type() == at::kFloat,
         "encode: features are not float32");
  demand(both.pooled.isfinite().all().item<bool>(), "encode: features are not finite");
  demand(!both.pooled.requires_grad(), "encode: features carry a gradient");
  demand(close(both.map.mean(1), both.pooled), "encode: pooled is not the map's mean over its pixels");

  const Features pooled_only = encoder.encode(images, {.pooled = true, .map = false});
  demand(!pooled_only.map.defined(), "encode: a map is returned though none is needed");
  demand(pooled_only.pooled.equal(both.pooled), "encode: two calls with the same images differ");
  const Features alone = encoder.encode(images.narrow(0, 1, 1), {.pooled = true, .map = false});
  demand(close(alone.pooled[0], both.pooled[1]),
         "encode: an image's features depend on the others of its batch");
  return violations;
}

}  // namespace tagloom::conformance
