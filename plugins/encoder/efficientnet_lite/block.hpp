#pragma once

/// EfficientNet-Lite's block, an inverted residual bottleneck: a 1 x 1 convolution widens, a depthwise one
/// mixes pixels, a 1 x 1 narrows without activation (Sandler et al., MobileNetV2, CVPR 2018). No squeeze and
/// excitation, ReLU6 instead of swish: that is what makes it "lite". Names of parameters are those of the
/// PyPI package efficientnet-lite-pytorch.

#include <tagloom/nn/convnet/layers.hpp>

#include <memory>

namespace tagloom {

/// EfficientNet's, from its TensorFlow origin.
constexpr double kBatchNormEps = 1e-3;

/// Pads as TensorFlow's "same" does for a convolution of stride 2 whose input has even sides: one pixel more
/// at the right and the bottom than at the left and the top. For odd sides and for stride 1 it pads evenly,
/// as `Convolution` does.
at::Tensor pad_unevenly(const at::Tensor& input, std::int64_t kernel);

at::Tensor conv_norm_relu6(const Convolution& convolution, const BatchNorm& norm, const at::Tensor& input);

class InvertedBottleneck : public torch::nn::Module {
 public:
  struct Shape {
    std::int64_t in_channels = 0;
    std::int64_t out_channels = 0;
    std::int64_t kernel = 3;
    std::int64_t stride = 1;
    /// How many times wider the depthwise convolution is than the input.
    std::int64_t expansion = 6;
    /// Stride 2 over sides that were even in training; see `pad_unevenly`.
    bool pads_unevenly = false;
  };
  explicit InvertedBottleneck(const Shape& shape);
  [[nodiscard]] at::Tensor forward(const at::Tensor& input) const;
  void fold_batch_norms();

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
