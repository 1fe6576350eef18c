#include "tresnet/layers.hpp"

#include <ATen/ATen.h>

namespace tagloom {

at::Tensor space_to_depth(const at::Tensor& images) {
  const std::int64_t batch = images.size(0);
  const std::int64_t rows = images.size(2) / 4;
  const std::int64_t columns = images.size(3) / 4;
  // Written channels-last, as the convolutions want it.
  return images.reshape({batch, 3, rows, 4, columns, 4})
      .permute({0, 2, 4, 3, 5, 1})
      .reshape({batch, rows, columns, 48})
      .permute({0, 3, 1, 2});
}

namespace {

/// Continues the map by its mirror image, one pixel to the left and to the top. That is all a 3 x 3 filter of
/// stride 2 sees of a padding of one on every side, since sizes are even; and `at::reflection_pad2d` knows no
/// bf16 in LibTorch 1.
at::Tensor reflect_before(const at::Tensor& map) {
  const at::Tensor taller = at::cat({map.narrow(2, 1, 1), map}, 2);
  return at::cat({taller.narrow(3, 1, 1), taller}, 3);
}

}  // namespace

ConvNorm::ConvNorm(const Shape& shape) : shape_(shape) {
  conv = register_module(
      "conv",
      std::make_shared<Convolution>(Convolution::Shape{
          .in_channels = shape.in_channels, .out_channels = shape.out_channels, .kernel = shape.kernel}));
  bn = register_module("bn", std::make_shared<BatchNorm>(shape.out_channels));
  if (shape.stride == 1) return;
  const at::Tensor line = at::tensor({1.0F, 2.0F, 1.0F});
  filter_ = (at::outer(line, line) / 16).expand({shape.out_channels, 1, 3, 3}).contiguous();
}

at::Tensor ConvNorm::forward(const at::Tensor& input) {
  at::Tensor output = bn->forward(conv->forward(input));
  if (shape_.slope) at::leaky_relu_(output, *shape_.slope);
  return shape_.stride == 1 ? output : blur(output);
}

at::Tensor ConvNorm::blur(const at::Tensor& input) {
  // The filter follows its input: `Module::to` does not know of it.
  if (filter_.device() != input.device() || filter_.scalar_type() != input.scalar_type())
    filter_ = filter_.to(input.device(), input.scalar_type());
  return at::conv2d(reflect_before(input), filter_, /*bias=*/{}, /*stride=*/{2, 2},
                    /*padding=*/at::IntArrayRef{0, 0}, /*dilation=*/{1, 1}, /*groups=*/input.size(1));
}

SqueezeExcite::SqueezeExcite(std::int64_t channels, std::int64_t reduced_channels) {
  const auto add = [this](const char* name, std::int64_t from, std::int64_t to) {
    return register_module(name, std::make_shared<Convolution>(Convolution::Shape{
                                     .in_channels = from, .out_channels = to, .bias = true}));
  };
  fc1_ = add("fc1", channels, reduced_channels);
  fc2_ = add("fc2", reduced_channels, channels);
}

at::Tensor SqueezeExcite::forward(const at::Tensor& input) const {
  at::Tensor weight = fc1_->forward(input.mean({2, 3}, /*keepdim=*/true));
  weight = fc2_->forward(at::relu_(weight));
  return input * at::sigmoid_(weight);
}

}  // namespace tagloom
