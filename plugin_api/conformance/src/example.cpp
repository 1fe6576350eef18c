#include "example.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace tagloom::conformance {
namespace {

at::Tensor wave(at::IntArrayRef sizes) {
  return at::arange(c10::multiply_integers(sizes), at::kFloat).mul(0.7).sin().abs().view(sizes);
}

bool both_equal(const at::Tensor& a, const at::Tensor& b) {
  return a.defined() == b.defined() && (!a.defined() || a.equal(b));
}

at::Tensor clone_of(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.clone() : tensor;
}

}  // namespace

Features example_features(std::int64_t batch, const FeatureShape& shape, std::int64_t labels,
                          const FeatureNeeds& needs) {
  const at::Tensor map = wave({batch, shape.pixels(), shape.channels});
  return {needs.pooled ? map.mean(1) : at::Tensor(), needs.map ? map : at::Tensor(),
          needs.concepts ? wave({batch, labels}) : at::Tensor()};
}

bool close(const at::Tensor& a, const at::Tensor& b, double tolerance) {
  if (a.sizes() != b.sizes()) return false;
  const double scale = std::max(1e-6, b.abs().max().item<double>());
  return (a - b).abs().max().item<double>() <= tolerance * scale;
}

bool equal(const Features& a, const Features& b) {
  return both_equal(a.pooled, b.pooled) && both_equal(a.map, b.map) && both_equal(a.concepts, b.concepts);
}

Features clone(const Features& features) {
  return {clone_of(features.pooled), clone_of(features.map), clone_of(features.concepts)};
}

}  // namespace tagloom::conformance
