#include "efficientnet_lite/block.hpp"

namespace tagloom {

InvertedBottleneck::InvertedBottleneck(const Shape& shape) : shape_(shape) {
  const auto convolution = [this](const char* name, const Convolution::Shape& of) {
    return register_module(name, std::make_shared<Convolution>(of));
  };
  const auto norm = [this](const char* name, std::int64_t channels) {
    return register_module(name, std::make_shared<BatchNorm>(channels, kBatchNormEps));
  };
  const std::int64_t wide = shape.in_channels * shape.expansion;
  if (shape.expansion != 1) {
    expand_ = convolution("_expand_conv", {.in_channels = shape.in_channels, .out_channels = wide});
    expand_norm_ = norm("_bn0", wide);
  }
  depthwise_ = convolution("_depthwise_conv", {.in_channels = wide,
                                               .out_channels = wide,
                                               .kernel = shape.kernel,
                                               .stride = shape.stride,
                                               .groups = wide,
                                               .pads_unevenly = shape.pads_unevenly});
  depthwise_norm_ = norm("_bn1", wide);
  project_ = convolution("_project_conv", {.in_channels = wide, .out_channels = shape.out_channels});
  project_norm_ = norm("_bn2", shape.out_channels);
}

GraphValue InvertedBottleneck::append_to(ConvNetGraph& graph, GraphValue input) const {
  constexpr Activation kRelu6 = {Activation::Kind::relu6};
  GraphValue output = input;
  if (expand_) output = graph.convolution(output, expand_, expand_norm_, kRelu6);
  output = graph.convolution(output, depthwise_, depthwise_norm_, kRelu6);
  output = graph.convolution(output, project_, project_norm_);
  const bool residual = shape_.stride == 1 && shape_.in_channels == shape_.out_channels;
  return residual ? graph.add(input, output) : output;
}

}  // namespace tagloom
