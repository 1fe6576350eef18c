#pragma once

/// EfficientNet-Lite's block, an inverted residual bottleneck: a 1 x 1 convolution widens, a depthwise one
/// mixes pixels, a 1 x 1 narrows without activation (Sandler et al., MobileNetV2, CVPR 2018). No squeeze and
/// excitation, ReLU6 instead of swish: that is what makes it "lite". Names of parameters are those of the
/// PyPI package efficientnet-lite-pytorch.

#include <tagloom/nn/convnet/graph.hpp>

#include <memory>

namespace tagloom {

/// EfficientNet's, from its TensorFlow origin.
constexpr double kBatchNormEps = 1e-3;

class InvertedBottleneck : public torch::nn::Module {
 public:
  struct Shape {
    std::int64_t in_channels = 0;
    std::int64_t out_channels = 0;
    std::int64_t kernel = 3;
    std::int64_t stride = 1;
    /// How many times wider the depthwise convolution is than the input.
    std::int64_t expansion = 6;
    /// Stride 2 over sides that were even in training; see `Convolution::Shape`.
    bool pads_unevenly = false;
  };
  explicit InvertedBottleneck(const Shape& shape);
  GraphValue append_to(ConvNetGraph& graph, GraphValue input) const;

 private:
  Shape shape_;
  /// Null where expansion is 1.
  std::shared_ptr<Convolution> expand_;
  std::shared_ptr<BatchNorm> expand_norm_;
  std::shared_ptr<Convolution> depthwise_;
  std::shared_ptr<BatchNorm> depthwise_norm_;
  std::shared_ptr<Convolution> project_;
  std::shared_ptr<BatchNorm> project_norm_;
};

}  // namespace tagloom
