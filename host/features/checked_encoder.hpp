#pragma once

/// An encoder with what it says of itself, asked once. Everything that is called is a plugin's code and named
/// as such if it fails.

#include "registry/registry.hpp"

#include <tagloom/encoder.hpp>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <functional>
#include <memory>
#include <string>

namespace tagloom::features {

class CheckedEncoder {
 public:
  /// Throws PluginError if there is no such encoder, it cannot be made, or declares what cannot be.
  CheckedEncoder(const registry::Registry& registry, const std::string& name,
                 const registry::Assignments& options, c10::Device device);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] c10::Device device() const { return device_; }
  /// With the options' defaults.
  [[nodiscard]] const registry::Assignments& options() const { return options_; }
  [[nodiscard]] const EncoderWeights& weights() const { return weights_; }
  [[nodiscard]] const Preprocessing& preprocessing() const { return preprocessing_; }
  [[nodiscard]] const FeatureShape& feature_shape() const { return shape_; }
  /// Throws UsageError for random weights that nobody asked for by the option `random`, if there is one.
  void refuse_unasked_random_weights() const;
  /// What the command line does not say about the weights: that they are random, or one set of several.
  void warn_of_weights(const std::function<void(const std::string&)>& warn) const;

  /// Images `[batch, 3, size, size]` on any device. Throws PluginError if the encoder fails, or returns
  /// anything but float32 features of the shape that it declares.
  [[nodiscard]] Features encode(const at::Tensor& images, const FeatureNeeds& needs) const;

 private:
  std::string name_;
  c10::Device device_;
  registry::Assignments given_;
  registry::Assignments options_;
  std::unique_ptr<Encoder> encoder_;
  EncoderWeights weights_;
  Preprocessing preprocessing_;
  FeatureShape shape_;
};

}  // namespace tagloom::features
