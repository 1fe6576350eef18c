#include "positions.hpp"

#include <ATen/ATen.h>

#include <cmath>

namespace transformer_plugin {

at::Tensor positions(std::int64_t first, std::int64_t count, std::int64_t width, at::Device device) {
  const auto options = at::TensorOptions(at::kFloat).device(device);
  const at::Tensor place = at::arange(first, first + count, options).unsqueeze(1);
  const double falling = -std::log(10000.0) / static_cast<double>(width);
  const at::Tensor angle = place * (at::arange(0, width, 2, options) * falling).exp();
  return at::cat({angle.sin(), angle.cos()}, 1);
}

}  // namespace transformer_plugin
