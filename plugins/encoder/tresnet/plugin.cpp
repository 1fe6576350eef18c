#include "tresnet/tresnet.hpp"

#include <tagloom/plugin.hpp>

namespace tagloom {

class TresnetEncoder : public ConvNetEncoder {
 public:
  static std::vector<OptionSpec> options() { return convnet_options(tresnet_family()); }
  explicit TresnetEncoder(const Options& options)
      : ConvNetEncoder(convnet(tresnet_family(), options), precision_from(tresnet_family(), options)) {}
};

}  // namespace tagloom

TAGLOOM_ENCODER(tresnet, tagloom::TresnetEncoder,
                "TResNet, a convolutional network (tresnet_m, tresnet_l, tresnet_xl, tresnet_v2_l)",
                "Ridnik et al., TResNet: High Performance GPU-Dedicated Architecture, WACV 2021")
