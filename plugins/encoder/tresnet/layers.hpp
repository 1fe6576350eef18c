#pragma once

/// The layers that are TResNet's own (Ridnik et al., TResNet: High Performance GPU-Dedicated Architecture,
/// WACV 2021), for inference. Names of parameters are timm's.

#include <tagloom/nn/convnet/layers.hpp>

#include <memory>
#include <optional>

namespace tagloom {

/// Every 4 x 4 pixels become the 48 channels of one, in the order (row, column, colour). Not
/// `pixel_unshuffle`'s order, which has the colour first.
at::Tensor space_to_depth(const at::Tensor& images);

/// A convolution without bias, batch normalisation, leaky ReLU if a slope is given, and for stride 2 a blur
/// that halves the resolution after a convolution of stride 1 (anti-aliased downsampling).
class ConvNorm : public torch::nn::Module {
 public:
  struct Shape {
    std::int64_t in_channels = 0;
    std::int64_t out_channels = 0;
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    /// The slope of the leaky ReLU; none: no activation.
    std::optional<double> slope = {};
  };
  explicit ConvNorm(const Shape& shape);
  at::Tensor forward(const at::Tensor& input);

  std::shared_ptr<Convolution> conv;
  std::shared_ptr<BatchNorm> bn;

 private:
  at::Tensor blur(const at::Tensor& input);

  Shape shape_;
  /// `[channels, 1, 3, 3]`, a constant: in no weights file, so not registered either.
  at::Tensor filter_;
};

/// Channel attention from the image's mean: squeeze and excitation.
class SqueezeExcite : public torch::nn::Module {
 public:
  SqueezeExcite(std::int64_t channels, std::int64_t reduced_channels);
  at::Tensor forward(const at::Tensor& input) const;

 private:
  std::shared_ptr<Convolution> fc1_;
  std::shared_ptr<Convolution> fc2_;
};

}  // namespace tagloom
