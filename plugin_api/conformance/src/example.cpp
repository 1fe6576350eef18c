#include "example.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <sstream>

namespace tagloom::conformance {
namespace {

at::Tensor wave(at::IntArrayRef sizes) {
  return at::arange(c10::multiply_integers(sizes), at::kFloat).mul(0.7).sin().abs().view(sizes);
}

}  // namespace

Features example_features(std::int64_t batch, const FeatureShape& shape, std::int64_t labels) {
  at::Tensor map = wave({batch, shape.pixels(), shape.channels});
  at::Tensor pooled = map.mean(1);
  return {std::move(pooled), std::move(map), wave({batch, labels})};
}

bool close(const at::Tensor& a, const at::Tensor& b) {
  constexpr double kTolerance = 1e-4;
  if (a.sizes() != b.sizes()) return false;
  const double scale = std::max(1e-6, b.abs().max().item<double>());
  return (a - b).abs().max().item<double>() <= kTolerance * scale;
}

std::string shape_text(const at::Tensor& tensor) {
  if (!tensor.defined()) return "nothing";
  std::ostringstream text;
  text << tensor.sizes();
  return text.str();
}

}  // namespace tagloom::conformance
