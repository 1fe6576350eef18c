#pragma once

/// Any backbone as an encoder: a network in an ONNX file that takes images `[batch, 3, size, size]` (or with
/// the channels last) and returns features, computed by OpenVINO on the CPU. What tagloom cannot see in it
/// options say or the file itself does (backbone/choice.hpp). Features come to whatever device the encoder is
/// put on.

#include "backbone/outputs.hpp"

#include <tagloom/encoder.hpp>

#include <memory>
#include <vector>

namespace tagloom {

class OnnxNetwork;

class OnnxEncoder : public Encoder {
 public:
  static std::vector<OptionSpec> options();

  /// Throws UsageError for options that are missing or contradict the network, DataError for a file that
  /// cannot be used, and NumericError for a network that makes NaN of a black image. Runs the network.
  explicit OnnxEncoder(const Options& options);
  ~OnnxEncoder() override;

  Features encode(const at::Tensor& images, FeatureNeeds needs) override;
  void to(at::Device device) override { device_ = device; }
  [[nodiscard]] Preprocessing preprocessing() const override { return preprocessing_; }
  [[nodiscard]] FeatureShape feature_shape() const override { return shape_; }
  [[nodiscard]] EncoderWeights weights() const override { return weights_; }

 private:
  /// Both features are defined.
  [[nodiscard]] OutputFeatures run(const at::Tensor& images);

  std::unique_ptr<OnnxNetwork> network_;
  at::Device device_ = at::kCPU;
  OutputChoice choice_;
  Preprocessing preprocessing_;
  FeatureShape shape_;
  EncoderWeights weights_;
};

}  // namespace tagloom
