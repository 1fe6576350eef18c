#include <tagloom/nn/convnet/layers.hpp>

#include <ATen/ATen.h>

namespace tagloom {

Convolution::Convolution(const Shape& shape) : shape_(shape) {
  weight = register_parameter("weight", at::empty({shape.out_channels, shape.in_channels / shape.groups,
                                                   shape.kernel, shape.kernel}));
  if (shape.bias) bias = register_parameter("bias", at::empty({shape.out_channels}));
}

at::Tensor Convolution::forward(const at::Tensor& input) const {
  const std::int64_t before = padding_before();
  const std::int64_t after = padding_after();
  const auto convolve = [this](const at::Tensor& map, std::int64_t padding) {
    return at::conv2d(map, weight, bias, {shape_.stride, shape_.stride}, at::IntArrayRef{padding, padding},
                      /*dilation=*/{1, 1}, shape_.groups);
  };
  if (before == after) return convolve(input, before);
  return convolve(at::constant_pad_nd(input, {before, after, before, after}), 0);
}

std::int64_t Convolution::padding_before() const {
  return shape_.pads_unevenly ? (shape_.kernel - 2) / 2 : shape_.kernel / 2;
}

std::int64_t Convolution::padding_after() const {
  return shape_.pads_unevenly ? shape_.kernel - 2 - padding_before() : padding_before();
}

void Convolution::add_bias() {
  TORCH_CHECK(!bias.defined(), "the convolution has a bias already");
  bias = register_parameter("bias", at::zeros({shape_.out_channels}, weight.options()));
}

BatchNorm::BatchNorm(std::int64_t channels, double eps) : eps_(eps) {
  weight = register_parameter("weight", at::ones({channels}));
  bias = register_parameter("bias", at::zeros({channels}));
  running_mean = register_buffer("running_mean", at::zeros({channels}));
  running_var = register_buffer("running_var", at::ones({channels}));
  // Unused, but part of many weights files.
  register_buffer("num_batches_tracked", at::zeros({}, at::kLong));
}

at::Tensor BatchNorm::forward(const at::Tensor& input) const {
  if (folded_) return input;
  return at::batch_norm(input, weight, bias, running_mean, running_var, /*training=*/false, /*momentum=*/0.1,
                        eps_, /*cudnn_enabled=*/true);
}

void BatchNorm::fold_into(Convolution& convolution) {
  TORCH_CHECK(!folded_, "the batch normalisation is folded already");
  const at::NoGradGuard no_grad;
  const at::Tensor scale = weight / at::sqrt(running_var + eps_);
  if (!convolution.bias.defined()) convolution.add_bias();
  convolution.weight.mul_(scale.view({-1, 1, 1, 1}));
  convolution.bias.sub_(running_mean).mul_(scale).add_(bias);
  folded_ = true;
}

}  // namespace tagloom
