#include <tagloom/base/random.hpp>
#include <tagloom/nn/convnet/initialise.hpp>
#include <tagloom/nn/convnet/layers.hpp>

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>
#include <span>

namespace tagloom {
namespace {

/// Plain loops, since LibTorch's reductions may round differently on another machine.
void standardise(std::span<float> filter, double standard_deviation) {
  const auto count = static_cast<double>(filter.size());
  double mean = 0;
  for (const float value : filter)
    mean += value / count;
  double variance = 0;
  for (const float value : filter)
    variance += (value - mean) * (value - mean) / count;
  const double scale = standard_deviation / std::sqrt(variance);
  for (float& value : filter)
    value = static_cast<float>((value - mean) * scale);
}

void initialise(Convolution& convolution, Random& random) {
  at::Tensor weight = convolution.weight.detach();
  TORCH_CHECK(weight.is_contiguous() && weight.scalar_type() == at::kFloat);
  const auto filter_size = static_cast<std::size_t>(weight.numel() / weight.size(0));
  // A ReLU of a unit normal has variance (1 - 1 / pi) / 2 around its mean.
  const double gain = std::sqrt(2 / (1 - std::numbers::inv_pi));
  for (std::int64_t i = 0; i < weight.size(0); ++i) {
    const std::span<float> filter(weight[i].data_ptr<float>(), filter_size);
    for (float& value : filter)
      value = 2 * random.uniform_float() - 1;
    standardise(filter, gain / std::sqrt(static_cast<double>(filter_size)));
  }
  if (convolution.bias.defined()) convolution.bias.detach().zero_();
}

}  // namespace

void initialise(torch::nn::Module& module, std::uint64_t seed) {
  Random random(seed);
  for (const auto& part : module.modules())
    if (auto* convolution = part->as<Convolution>()) initialise(*convolution, random);
}

}  // namespace tagloom
