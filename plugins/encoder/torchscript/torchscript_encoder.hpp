#pragma once

/// Any backbone as an encoder: a TorchScript module (of torch.jit.trace or torch.jit.script) that takes
/// images
/// `[batch, 3, size, size]` and returns features. What tagloom cannot see in it, its input and which outputs
/// are features, options say or the file itself does (script_file.hpp): what is set by hand comes first.
///
/// A module that gives a map alone is pooled by the map's mean, as other encoders are. One that gives a
/// pooled feature alone has that as a map of one pixel. One that gives both is taken at its word: a
/// transformer's pooled feature, for one, is rarely the mean of its map.

#include "backbone/outputs.hpp"

#include <tagloom/encoder.hpp>

#include <torch/csrc/jit/api/module.h>

#include <vector>

namespace tagloom {

class TorchScriptEncoder : public Encoder {
 public:
  static std::vector<OptionSpec> options();

  /// Throws UsageError for options that are missing or contradict the module, DataError for a file that
  /// cannot be used, and NumericError for a module that makes NaN of a black image. Runs the module.
  explicit TorchScriptEncoder(const Options& options);

  Features encode(const at::Tensor& images, FeatureNeeds needs) override;
  void to(at::Device device) override;
  [[nodiscard]] Preprocessing preprocessing() const override { return preprocessing_; }
  [[nodiscard]] FeatureShape feature_shape() const override { return shape_; }
  [[nodiscard]] EncoderWeights weights() const override { return weights_; }

 private:
  /// What the module gives on its device; both features are defined.
  [[nodiscard]] OutputFeatures run(const at::Tensor& images);
  [[nodiscard]] c10::IValue output_of(const at::Tensor& images);
  void try_out();

  torch::jit::Module module_;
  at::Device device_ = at::kCPU;
  OutputChoice choice_;
  Preprocessing preprocessing_;
  FeatureShape shape_;
  EncoderWeights weights_;
};

}  // namespace tagloom
