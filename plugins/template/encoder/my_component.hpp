#pragma once

/// An encoder of five convolutions, each of which halves the image: `[batch, 3, size, size]` to the map
/// `[batch, channels, size / 32, size / 32]`. The toolbox adds loading weights, precision and pooling.

#include <tagloom/nn/convnet/encoder.hpp>

#include <vector>

namespace my_component_plugin {

class SmallEncoder : public tagloom::ConvNetEncoder {
 public:
  /// variant, weights, image_size, seed, precision: those of every convolutional network.
  static std::vector<tagloom::OptionSpec> options();
  explicit SmallEncoder(const tagloom::Options& options);
};

}  // namespace my_component_plugin
