#include "tresnet/blocks.hpp"

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

  GraphValue append_to(ConvNetGraph& graph, GraphValue input) const {
    return conv_->append_to(graph, pools_ ? graph.average(input) : input);
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

GraphValue TresnetBlock::append_to(ConvNetGraph& graph, GraphValue input) const {
  const GraphValue shortcut = downsample_ ? downsample_->as<Downsample>()->append_to(graph, input) : input;
  GraphValue output = conv2_->append_to(graph, conv1_->append_to(graph, input));
  if (se_) output = se_->append_to(graph, output);
  if (conv3_) output = conv3_->append_to(graph, output);
  return graph.add(shortcut, output, {Activation::Kind::relu});
}

std::shared_ptr<ConvNorm> TresnetBlock::add(const std::string& name, const ConvNorm::Shape& shape) {
  return register_module(name, std::make_shared<ConvNorm>(shape));
}

}  // namespace tagloom
