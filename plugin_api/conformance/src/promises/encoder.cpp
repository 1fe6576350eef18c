#include <tagloom/conformance/promises/encoder.hpp>
#include <tagloom/conformance/promises/tensors.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace tagloom::conformance {
namespace {

/// What the host subtracts from a pixel and divides it by.
bool can_be_applied(const Preprocessing& input) {
  return std::ranges::all_of(input.mean, [](float mean) { return std::isfinite(mean); }) &&
         std::ranges::all_of(input.std, [](float std) { return std::isfinite(std) && std > 0; });
}

Broken wrong_feature(const std::string& name, const at::Tensor& feature, std::initializer_list<Axis> axes) {
  const std::string subject = "encode: " + name + " is";
  if (auto shape = wrong_shape(subject, feature, axes)) return shape;
  if (auto type = wrong_type(subject, feature, {at::kFloat})) return type;
  if (feature.requires_grad()) return "encode: " + name + " carries a gradient";
  return {};
}

}  // namespace

Broken broken_declaration(const EncoderDeclaration& declared) {
  const auto& [input, shape, weights] = declared;
  if (input.size <= 0)
    return fmt::format("preprocessing: the image size is {} pixels, not above 0", input.size);
  if (!input.possible())
    return fmt::format("preprocessing: the crop is larger than its image, {} pixels cut from {}", input.size,
                       input.resize_to);
  if (!can_be_applied(input))
    return fmt::format(
        "preprocessing: the mean is [{}] and the std [{}], not finite numbers and such above 0",
        fmt::join(input.mean, ", "), fmt::join(input.std, ", "));
  if (shape.channels <= 0 || shape.map_height <= 0 || shape.map_width <= 0)
    return fmt::format("feature_shape: {} channels, a map of {} x {} pixels, not all above 0", shape.channels,
                       shape.map_height, shape.map_width);
  if (weights.fingerprint.empty()) return "weights: the fingerprint is empty";
  return {};
}

Broken broken_features(const Features& features, std::int64_t images, const FeatureShape& declared,
                       const FeatureNeeds& needs) {
  const Axis image{"images", images};
  const Axis channels{"channels", declared.channels};
  if (needs.pooled) {
    if (auto broken = wrong_feature("pooled", features.pooled, {image, channels})) return broken;
  }
  if (!needs.map)
    return features.map.defined() ? Broken("encode: a map is returned though none is needed") : Broken();
  return wrong_feature("map", features.map, {image, {"pixels", declared.pixels()}, channels});
}

}  // namespace tagloom::conformance
