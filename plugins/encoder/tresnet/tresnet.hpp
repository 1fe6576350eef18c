#pragma once

/// TResNet without its head: images `[batch, 3, size, size]` in [0, 1], `size` a multiple of 32, to the last
/// feature map. Names of parameters and buffers are timm's, so that timm's weights load as they are.

#include "tresnet/blocks.hpp"

#include <tagloom/nn/convnet/family.hpp>

#include <array>
#include <string_view>

namespace tagloom {

struct TresnetVariant {
  std::string_view name;
  /// Residual blocks in each of the four stages.
  std::array<std::int64_t, 4> depths;
  /// Channels after the stem; a stage's planes are this times 1, 2, 4, 8.
  std::int64_t stem;
  /// Whether the first two stages consist of bottlenecks, as the last two always do.
  bool bottleneck_first;
};

class Tresnet : public ConvNet {
 public:
  explicit Tresnet(const TresnetVariant& variant);
  [[nodiscard]] ConvNetGraph graph() const override;
  [[nodiscard]] std::int64_t channels() const override { return channels_; }
  void initialise(std::uint64_t seed) override;

 private:
  std::int64_t channels_;
  std::shared_ptr<ConvNorm> stem_;
  std::vector<std::shared_ptr<TresnetBlock>> blocks_;
};

/// tresnet_m, tresnet_l, tresnet_xl, tresnet_v2_l.
ConvNetFamily tresnet_family();

}  // namespace tagloom
