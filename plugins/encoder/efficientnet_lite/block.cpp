#include "efficientnet_lite/block.hpp"

#include <ATen/ATen.h>

namespace tagloom {

at::Tensor pad_unevenly(const at::Tensor& input, std::int64_t kernel) {
  const std::int64_t before = (kernel - 2) / 2;
  const std::int64_t after = kernel - 2 - before;
  return at::constant_pad_nd(input, {before, after, before, after});
}

at::Tensor conv_norm_relu6(const Convolution& convolution, const BatchNorm& norm, const at::Tensor& input) {
  at::Tensor output = norm.forward(convolution.forward(input));
  return at::relu6_(output);
}

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
                                               .pads = !shape.pads_unevenly});
  depthwise_norm_ = norm("_bn1", wide);
  project_ = convolution("_project_conv", {.in_channels = wide, .out_channels = shape.out_channels});
  project_norm_ = norm("_bn2", shape.out_channels);
}

at::Tensor InvertedBottleneck::forward(const at::Tensor& input) const {
  at::Tensor output = input;
  if (expand_) output = conv_norm_relu6(*expand_, *expand_norm_, output);
  if (shape_.pads_unevenly) output = pad_unevenly(output, shape_.kernel);
  output = conv_norm_relu6(*depthwise_, *depthwise_norm_, output);
  output = project_norm_->forward(project_->forward(output));
  const bool residual = shape_.stride == 1 && shape_.in_channels == shape_.out_channels;
  return residual ? output.add_(input) : output;
}

void InvertedBottleneck::fold_batch_norms() {
  if (expand_) expand_norm_->fold_into(*expand_);
  depthwise_norm_->fold_into(*depthwise_);
  project_norm_->fold_into(*project_);
}

}  // namespace tagloom
