#pragma once

/// A family of convolutional networks (TResNet's four, EfficientNet-Lite's three): what an encoder plugin
/// says about it, and what follows from that, namely the plugin's options, the loading of weights and the
/// preprocessing.

#include <tagloom/nn/convnet/encoder.hpp>
#include <tagloom/nn/convnet/graph.hpp>
#include <tagloom/weights/named_tensors.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tagloom {

/// A network without its classifier. Parameters and buffers have the names of the published weights.
class TAGLOOM_API ConvNet : public torch::nn::Module {
 public:
  /// What the network computes. One that says it runs through a CPU's own convolutions
  /// (`blocked_network.hpp`) and needs no more; one that does not overrides `forward` and `fold_batch_norms`.
  [[nodiscard]] virtual ConvNetGraph graph() const { return {}; }
  /// Images `[batch, 3, size, size]` to the last feature map `[batch, channels, size / 32, size / 32]`, by
  /// LibTorch.
  virtual at::Tensor forward(const at::Tensor& images);
  [[nodiscard]] virtual std::int64_t channels() const = 0;
  /// Seeded random values of a scale that suits this network; see `tagloom/convnet/initialise.hpp`.
  virtual void initialise(std::uint64_t seed);
  /// Lets each convolution do the work of the batch normalisation behind it. After loading, once.
  virtual void fold_batch_norms();
};

struct ConvNetVariant {
  std::string name;
  /// The multiple of 32 nearest to what it was trained with.
  std::int64_t image_size = 0;
};

struct ConvNetFamily {
  /// The plugin's name.
  std::string name;
  std::vector<ConvNetVariant> variants;
  /// Where `weights` come from, for the option's help.
  std::string weights_help;
  std::array<float, 3> mean = {0, 0, 0};
  std::array<float, 3> std = {1, 1, 1};
  /// What `precision=auto` means for these networks.
  Precision automatic = Precision::automatic;
  std::function<std::shared_ptr<ConvNet>(const std::string& variant)> make;
  /// Takes from a set of weights, without what a file has around it (network_weights.hpp), those that belong
  /// to the network, with its names: drops the classifier, converts other origins' names.
  std::function<NamedTensors(const NamedTensors&)> feature_weights;
};

/// variant (the first is the default), weights, random, image_size, seed, precision.
TAGLOOM_API std::vector<OptionSpec> convnet_options(const ConvNetFamily& family);

/// The network these options ask for, with its weights, ready for `ConvNetEncoder`. Throws UsageError for an
/// image size that is no multiple of 32 and for `random` beside `weights`, and DataError for weights that
/// cannot be read or do not fit; if they fit another variant of the family, the sentence names it.
TAGLOOM_API ConvNetEncoder::Network convnet(const ConvNetFamily& family, const Options& options);

/// `precision_from(options)`, with the family's own meaning of auto.
TAGLOOM_API Precision precision_from(const ConvNetFamily& family, const Options& options);

}  // namespace tagloom
