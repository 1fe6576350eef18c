#pragma once

/// TResNet's residual blocks: two 3 x 3 convolutions, or a bottleneck of 1 x 1, 3 x 3, 1 x 1, with squeeze
/// and excitation before the last layer of the branch. Names of parameters are timm's.

#include "tresnet/layers.hpp"

namespace tagloom {

struct TresnetBlockShape {
  std::int64_t in_channels = 0;
  std::int64_t planes = 0;
  std::int64_t stride = 1;
  bool bottleneck = false;
  bool squeeze_excite = true;

  [[nodiscard]] std::int64_t out_channels() const { return bottleneck ? planes * 4 : planes; }
};

class TresnetBlock : public torch::nn::Module {
 public:
  explicit TresnetBlock(const TresnetBlockShape& shape);
  GraphValue append_to(ConvNetGraph& graph, GraphValue input) const;

  /// The branch's last batch normalisation, which decides how much it adds to the shortcut.
  BatchNorm& last_norm() { return conv3_ ? *conv3_->bn : *conv2_->bn; }

 private:
  std::shared_ptr<ConvNorm> add(const std::string& name, const ConvNorm::Shape& shape);

  /// The shortcut's own path where the shape changes; else null, as are `conv3_` and `se_` where there is
  /// none.
  std::shared_ptr<torch::nn::Module> downsample_;
  std::shared_ptr<ConvNorm> conv1_;
  std::shared_ptr<ConvNorm> conv2_;
  std::shared_ptr<ConvNorm> conv3_;
  std::shared_ptr<SqueezeExcite> se_;
};

}  // namespace tagloom
