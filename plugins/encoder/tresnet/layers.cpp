#include "tresnet/layers.hpp"

namespace tagloom {

ConvNorm::ConvNorm(const Shape& shape) : shape_(shape) {
  conv = register_module(
      "conv",
      std::make_shared<Convolution>(Convolution::Shape{
          .in_channels = shape.in_channels, .out_channels = shape.out_channels, .kernel = shape.kernel}));
  bn = register_module("bn", std::make_shared<BatchNorm>(shape.out_channels));
}

GraphValue ConvNorm::append_to(ConvNetGraph& graph, GraphValue input) const {
  Activation activation;
  if (shape_.slope) activation = {Activation::Kind::leaky_relu, *shape_.slope};
  const GraphValue output = graph.convolution(input, conv, bn, activation);
  return shape_.stride == 1 ? output : graph.blur(output);
}

SqueezeExcite::SqueezeExcite(std::int64_t channels, std::int64_t reduced_channels) {
  const auto add = [this](const char* name, std::int64_t from, std::int64_t to) {
    return register_module(name, std::make_shared<Convolution>(Convolution::Shape{
                                     .in_channels = from, .out_channels = to, .bias = true}));
  };
  fc1_ = add("fc1", channels, reduced_channels);
  fc2_ = add("fc2", reduced_channels, channels);
}

GraphValue SqueezeExcite::append_to(ConvNetGraph& graph, GraphValue input) const {
  GraphValue weight = graph.convolution(graph.mean(input), fc1_, {}, {Activation::Kind::relu});
  weight = graph.convolution(weight, fc2_, {}, {Activation::Kind::sigmoid});
  return graph.multiply(input, weight);
}

}  // namespace tagloom
