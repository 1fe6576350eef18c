#include "efficientnet_lite/efficientnet_lite.hpp"

#include <tagloom/plugin.hpp>

namespace tagloom {

class EfficientNetLiteEncoder : public ConvNetEncoder {
 public:
  static std::vector<OptionSpec> options() { return convnet_options(efficientnet_lite_family()); }
  explicit EfficientNetLiteEncoder(const Options& options)
      : ConvNetEncoder(convnet(efficientnet_lite_family(), options),
                       precision_from(efficientnet_lite_family(), options)) {}
};

}  // namespace tagloom

TAGLOOM_ENCODER(
    efficientnet_lite, tagloom::EfficientNetLiteEncoder,
    "EfficientNet-Lite, a small convolutional network (lite0, lite1, lite2) with published weights",
    "Tan & Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML 2019")
