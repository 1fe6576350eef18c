#include "backbone/outputs.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace tagloom {
namespace {

std::string shape_of(const at::Tensor& tensor) {
  return fmt::format("[{}]", fmt::join(tensor.sizes(), ", "));
}

/// 0 if a number is no square.
std::int64_t side_of_square(std::int64_t number) {
  const auto side = static_cast<std::int64_t>(
      std::lround(std::sqrt(static_cast<double>(std::max<std::int64_t>(number, 0)))));
  return side * side == number ? side : 0;
}

/// How many tokens in front are no places.
std::int64_t tokens_in_front(std::int64_t tokens, std::int64_t asked) {
  if (asked >= 0) return asked;
  return side_of_square(tokens) == 0 && side_of_square(tokens - 1) > 0 ? 1 : 0;
}

}  // namespace

at::Tensor as_pooled(at::Tensor pooled) {
  while (pooled.dim() > 2 && pooled.size(-1) == 1)
    pooled = pooled.squeeze(-1);
  if (pooled.dim() == 2) return pooled.to(at::kFloat);
  throw UsageError(fmt::format(
      "the module's pooled feature is {}, not [images, channels]; name another output.", shape_of(pooled)));
}

void set_map(OutputFeatures& features, const at::Tensor& map, std::int64_t class_tokens) {
  if (map.dim() == 4) {
    features.height = map.size(2);
    features.width = map.size(3);
    features.map = map.permute({0, 2, 3, 1}).flatten(1, 2).to(at::kFloat).contiguous();
    return;
  }
  if (map.dim() != 3)
    throw UsageError(
        fmt::format("the module's map is {}, neither [images, channels, height, width] nor [images, tokens, "
                    "channels]; name "
                    "another output.",
                    shape_of(map)));
  const std::int64_t dropped = tokens_in_front(map.size(1), class_tokens);
  const std::int64_t side = side_of_square(map.size(1) - dropped);
  if (side == 0)
    throw UsageError(fmt::format(
        "the module's map is {}, and {} tokens without {} in front are no square; set class_tokens to "
        "how many are no places of the image.",
        shape_of(map), map.size(1), dropped));
  features.height = side;
  features.width = side;
  features.map = map.narrow(1, dropped, side * side).to(at::kFloat).contiguous();
}

OutputFeatures features_in(const at::Tensor& output, std::int64_t class_tokens) {
  OutputFeatures features;
  if (output.dim() == 2)
    features.pooled = as_pooled(output);
  else
    set_map(features, output, class_tokens);
  return features;
}

void complete(OutputFeatures& features) {
  if (!features.map.defined()) {
    features.map = features.pooled.unsqueeze(1);
    features.height = 1;
    features.width = 1;
  }
  if (!features.pooled.defined()) features.pooled = features.map.mean(1);
}

FeatureShape shape_of_black(const OutputFeatures& black, std::int64_t images, const std::string& source) {
  const FeatureShape shape{
      .channels = black.map.size(2), .map_height = black.height, .map_width = black.width};
  if (black.pooled.size(1) != shape.channels)
    throw UsageError(fmt::format(
        "the module's pooled feature has {} channels and its map {}; set only pooled or only map.",
        black.pooled.size(1), shape.channels));
  if (black.pooled.size(0) != images || black.map.size(0) != images)
    throw UsageError(fmt::format(
        "the module gives features of {} images for {}: it was traced for a fixed number; trace it for any.",
        black.pooled.size(0), images));
  if (!black.pooled.isfinite().all().item<bool>() || !black.map.isfinite().all().item<bool>())
    throw NumericError(
        fmt::format("the module {} makes features of a black image that are not finite.", shown(source)));
  return shape;
}

}  // namespace tagloom
