#pragma once

/// The layers that are TResNet's own (Ridnik et al., TResNet: High Performance GPU-Dedicated Architecture,
/// WACV 2021), for inference. Names of parameters are timm's.

#include <tagloom/nn/convnet/graph.hpp>

#include <memory>
#include <optional>

namespace tagloom {

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
  GraphValue append_to(ConvNetGraph& graph, GraphValue input) const;

  std::shared_ptr<Convolution> conv;
  std::shared_ptr<BatchNorm> bn;

 private:
  Shape shape_;
};

/// Channel attention from the image's mean: squeeze and excitation.
class SqueezeExcite : public torch::nn::Module {
 public:
  SqueezeExcite(std::int64_t channels, std::int64_t reduced_channels);
  GraphValue append_to(ConvNetGraph& graph, GraphValue input) const;

 private:
  std::shared_ptr<Convolution> fc1_;
  std::shared_ptr<Convolution> fc2_;
};

}  // namespace tagloom
