#pragma once

/// What is exported, each part as a function of tensors and lists of tensors: that is how it is recorded, and
/// how what was recorded of it is run. Features are the list [pooled, map] of those that the model reads,
/// with a classifier's concepts behind them where a decoder follows. A decoder's state is the list of its
/// tensors, then its memory, each in the order of their names.

#include "export/recording.hpp"
#include "features/checked_encoder.hpp"
#include "models/model.hpp"

#include <string>

namespace tagloom::torchscript {

class Parts {
 public:
  /// Both must outlive this. The model is in evaluation mode; its parameters need no gradient from here on.
  Parts(const features::CheckedEncoder& encoder, models::Model& model);

  [[nodiscard]] const features::CheckedEncoder& encoder() const { return encoder_; }
  [[nodiscard]] const models::Model& model() const { return model_; }
  [[nodiscard]] const FeatureNeeds& needs() const { return needs_; }

  /// (images) to features; images as the encoder takes them.
  Tensors encode(const torch::jit::Stack& arguments) const;
  /// (features) to [concepts].
  Tensors score(const torch::jit::Stack& arguments) const;
  /// (features) to the first state.
  Tensors begin(const torch::jit::Stack& arguments) const;
  /// (tokens, features, state) to the logits and the next state behind them. What `begin` keeps for all steps
  /// is made anew: in a record that is what the step needs of it and nothing else. Throws PluginError if the
  /// next state does not consist of what the first one does.
  Tensors step(const torch::jit::Stack& arguments) const;

 private:
  [[nodiscard]] Features features_of(const c10::IValue& list) const;

  const features::CheckedEncoder& encoder_;
  models::Model& model_;
  FeatureNeeds needs_;
};

/// A list of tensors as an argument.
c10::IValue argument(const Tensors& tensors);

}  // namespace tagloom::torchscript
