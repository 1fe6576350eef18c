#pragma once

/// What every convolutional encoder shares: precision, memory format, device and pooling around a network
/// that maps images `[batch, 3, size, size]` to a feature map `[batch, channels, height, width]`. An encoder
/// plugin builds the network, loads its weights and hands both to this class.

#include <tagloom/encoder.hpp>
#include <tagloom/nn/convnet/blocked_network.hpp>

#include <torch/nn/module.h>

#include <functional>
#include <memory>

namespace tagloom {

/// In which type convolutions are computed.
enum class Precision {
  /// bf16 where the device multiplies it faster, as measured (product_type.hpp), float32 elsewhere.
  automatic,
  float32,
  bfloat16,
};

/// The option `precision` (auto, float32, bfloat16), for an encoder to declare, and its value.
TAGLOOM_API OptionSpec precision_option();
TAGLOOM_API Precision precision_from(const Options& options);

class RecordedCalls;

class TAGLOOM_API ConvNetEncoder : public Encoder {
 public:
  struct Network {
    std::shared_ptr<torch::nn::Module> module;
    /// Runs `module`: images `[batch, 3, size, size]` to the map `[batch, channels, height, width]`.
    std::function<at::Tensor(const at::Tensor&)> forward;
    Preprocessing preprocessing;
    FeatureShape feature_shape;
    EncoderWeights weights;
    /// What `forward` computes, if it is known: then a CPU computes it by oneDNN (`blocked_network.hpp`),
    /// where the build has that.
    ConvNetGraph graph = {};
  };

  Features encode(const at::Tensor& images, FeatureNeeds needs) override;
  void to(at::Device device) override;
  [[nodiscard]] Preprocessing preprocessing() const override { return network_.preprocessing; }
  [[nodiscard]] FeatureShape feature_shape() const override { return network_.feature_shape; }
  [[nodiscard]] EncoderWeights weights() const override { return network_.weights; }

 protected:
  /// Takes a network in float32, puts it in evaluation mode, channels-last and the wanted precision; its
  /// parameters need no gradient any more.
  ConvNetEncoder(Network network, Precision precision);

 private:
  void apply_precision();
  /// `[batch, channels, height, width]`.
  at::Tensor map_of(const at::Tensor& images) const;

  Network network_;
  Precision precision_;
  at::Device device_ = at::kCPU;
  at::ScalarType type_ = at::kFloat;
  /// Null where LibTorch computes.
  std::unique_ptr<BlockedNetwork> blocked_;
  /// On a GPU, the network's pass as CUDA graphs; else null.
  std::shared_ptr<RecordedCalls> recorded_;
};

}  // namespace tagloom
