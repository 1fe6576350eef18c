#include "tresnet/blocks.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace tagloom {
namespace {

constexpr double kSlope = 1e-3;

/// Halves by averaging where the block has stride 2, then a 1 x 1 convolution. timm numbers the two.
class Downsample : public torch::nn::Module {
 public:
  explicit Downsample(const TresnetBlockShape& shape) : pools_(shape.stride == 2) {
    conv_ = register_module(pools_ ? "1" : "0",
                            std::make_shared<ConvNorm>(ConvNorm::Shape{
                                .in_channels = shape.in_channels, .out_channels = shape.out_channels()}));
  }

  at::Tensor forward(const at::Tensor& input) {
    if (!pools_) return conv_->forward(input);
    return conv_->forward(at::avg_pool2d(input, 2, 2, 0, /*ceil_mode=*/true, /*count_include_pad=*/false));
  }

 private:
  bool pools_;
  std::shared_ptr<ConvNorm> conv_;
};

}  // namespace

TresnetBlock::TresnetBlock(const TresnetBlockShape& shape) {
  const std::int64_t planes = shape.planes;
  if (shape.stride != 1 || shape.in_channels != shape.out_channels())
    downsample_ = register_module("downsample", std::make_shared<Downsample>(shape));
  if (shape.bottleneck) {
    conv1_ = add("conv1", {shape.in_channels, planes, 1, 1, kSlope});
    conv2_ = add("conv2", {planes, planes, 3, shape.stride, kSlope});
    conv3_ = add("conv3", {planes, shape.out_channels(), 1, 1, {}});
  } else {
    conv1_ = add("conv1", {shape.in_channels, planes, 3, shape.stride, kSlope});
    conv2_ = add("conv2", {planes, planes, 3, 1, {}});
  }
  const std::int64_t reduced = std::max<std::int64_t>(planes / (shape.bottleneck ? 2 : 4), 64);
  if (shape.squeeze_excite) se_ = register_module("se", std::make_shared<SqueezeExcite>(planes, reduced));
}

at::Tensor TresnetBlock::forward(const at::Tensor& input) {
  at::Tensor output = conv2_->forward(conv1_->forward(input));
  if (se_) output = se_->forward(output);
  if (conv3_) output = conv3_->forward(output);
  output.add_(downsample_ ? downsample_->as<Downsample>()->forward(input) : input);
  return at::relu_(output);
}

std::shared_ptr<ConvNorm> TresnetBlock::add(const std::string& name, const ConvNorm::Shape& shape) {
  return register_module(name, std::make_shared<ConvNorm>(shape));
}

}  // namespace tagloom
