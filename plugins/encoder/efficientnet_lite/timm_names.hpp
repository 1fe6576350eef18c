#pragma once

/// EfficientNet-Lite's weights as the Python package timm names them.

#include <tagloom/weights/named_tensors.hpp>

namespace tagloom {

/// With the names of the package efficientnet-lite-pytorch and without the classifier; weights with other
/// names are returned as they are. timm's tf_efficientnet_lite0 to 2 are this network; its efficientnet_lite0
/// has the same names but was trained with another padding, which no file tells.
NamedTensors from_timm_names(const NamedTensors& weights);

}  // namespace tagloom
