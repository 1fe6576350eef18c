#include "features/slices.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace tagloom::features {
namespace {

at::Tensor filled_up(const at::Tensor& images, std::int64_t slice) {
  if (images.size(0) == slice) return images;
  at::Tensor full = at::zeros({slice, images.size(1), images.size(2), images.size(3)}, images.options());
  full.narrow(0, 0, images.size(0)).copy_(images);
  return full;
}

at::Tensor first(const at::Tensor& features, std::int64_t images) {
  return features.defined() ? features.narrow(0, 0, images) : features;
}

}  // namespace

std::int64_t slice_size(const CheckedEncoder& encoder, std::int64_t batch) {
  constexpr std::int64_t kOnACpu = 4;
  return encoder.device().is_cpu() ? std::min(kOnACpu, batch) : batch;
}

Features encode_slice(const CheckedEncoder& encoder, const at::Tensor& images, std::int64_t slice,
                      const FeatureNeeds& needs) {
  const std::int64_t count = images.size(0);
  const Features features = encoder.encode(filled_up(images, slice), needs);
  return {.pooled = first(features.pooled, count), .map = first(features.map, count)};
}

}  // namespace tagloom::features
