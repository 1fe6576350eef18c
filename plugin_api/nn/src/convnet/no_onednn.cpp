/// Builds without oneDNN leave convolutions to LibTorch.

#include <tagloom/nn/convnet/blocked_network.hpp>

namespace tagloom {

std::unique_ptr<BlockedNetwork> blocked_network(const ConvNetGraph& /*graph*/, at::ScalarType /*type*/) {
  return nullptr;
}

std::string convolutions_by() {
  return "LibTorch (built without oneDNN)";
}

}  // namespace tagloom
