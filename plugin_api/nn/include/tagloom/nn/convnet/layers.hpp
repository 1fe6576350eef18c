#pragma once

/// The two layers every convolutional encoder is made of, for inference only. Unlike `torch::nn::Conv2d` they
/// draw nothing from the global generator (values are loaded, or set by `initialise`), and unlike
/// `torch/torch.h` this header compiles in no time. Parameters and buffers have PyTorch's names.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <cstdint>

namespace tagloom {

class TAGLOOM_API Convolution : public torch::nn::Module {
 public:
  struct Shape {
    std::int64_t in_channels = 0;
    std::int64_t out_channels = 0;
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    std::int64_t groups = 1;
    bool bias = false;
    /// One pixel less at the left and the top than at the right and the bottom, as TensorFlow's "same" pads
    /// at stride 2 where sides are even; else evenly, as wide as keeps the size at stride 1.
    bool pads_unevenly = false;
  };
  explicit Convolution(const Shape& shape);

  [[nodiscard]] at::Tensor forward(const at::Tensor& input) const;
  /// Gives a convolution without a bias one, of zeros.
  void add_bias();
  [[nodiscard]] const Shape& shape() const { return shape_; }
  /// Pixels at the left and the top, and at the right and the bottom.
  [[nodiscard]] std::int64_t padding_before() const;
  [[nodiscard]] std::int64_t padding_after() const;

  at::Tensor weight;
  at::Tensor bias;

 private:
  Shape shape_;
};

/// Batch normalisation by its running statistics: the identity up to `eps`, until values are loaded.
class TAGLOOM_API BatchNorm : public torch::nn::Module {
 public:
  explicit BatchNorm(std::int64_t channels, double eps = 1e-5);

  [[nodiscard]] at::Tensor forward(const at::Tensor& input) const;

  /// Lets `convolution`, which comes directly before, do this layer's work as well; `forward` then changes
  /// nothing. Once only, and after all values are loaded: neither layer's values mean what their names say
  /// from then on.
  void fold_into(Convolution& convolution);
  [[nodiscard]] bool folded() const { return folded_; }

  at::Tensor weight;
  at::Tensor bias;
  at::Tensor running_mean;
  at::Tensor running_var;

 private:
  double eps_;
  bool folded_ = false;
};

}  // namespace tagloom
