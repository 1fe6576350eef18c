#include "export/examples.hpp"

#include <tagloom/base/random.hpp>

#include <ATen/ATen.h>

namespace tagloom::torchscript {
namespace {

/// Between 0 and 1.
at::Tensor uniform(at::IntArrayRef sizes) {
  Random random(1);
  at::Tensor numbers = at::empty(sizes, at::kFloat);
  auto* const data = numbers.data_ptr<float>();
  for (std::int64_t i = 0; i < numbers.numel(); ++i)
    data[i] = random.uniform_float();
  return numbers;
}

}  // namespace

at::Tensor example_images(const Parts& parts, std::int64_t images) {
  const std::int64_t size = parts.encoder().preprocessing().size;
  return uniform({images, 3, size, size}) * 2 - 1;
}

Tensors example_features(const Parts& parts, std::int64_t images) {
  const FeatureShape& shape = parts.encoder().feature_shape();
  const at::Tensor map = uniform({images, shape.pixels(), shape.channels});
  Tensors features;
  if (parts.needs().pooled) features.push_back(map.mean(1));
  if (parts.needs().map) features.push_back(map);
  return features;
}

}  // namespace tagloom::torchscript
