#pragma once

/// A plugin's decoder, held to the promises of its kind at every call: whoever calls it, be it a search or a
/// training step, may rely on them and is told the conformance kit's sentence where it could not.

#include <tagloom/conformance/promises/decoder.hpp>
#include <tagloom/decoder.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tagloom::models {

/// Throws PluginError, naming the decoder, from `begin`, `step` and `teacher_forced` if what the plugin
/// returned breaks a promise: in shapes and types, which cost nothing to look at. The plugin's decoder is a
/// submodule; steps must be those of the last `begin`.
class CheckedDecoder : public Decoder {
 public:
  CheckedDecoder(std::string name, const DecoderSetup& setup, std::shared_ptr<Decoder> plugin);

  [[nodiscard]] FeatureNeeds needs() const override { return plugin_->needs(); }
  using Decoder::teacher_forced;
  DecoderState begin(const Features& features) override;
  DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override;
  at::Tensor teacher_forced(const Features& features, const at::Tensor& tokens,
                            const BatchSizes& sizes) override;
  [[nodiscard]] std::vector<at::Tensor> product_weights() const override {
    return plugin_->product_weights();
  }

 private:
  void require_sound_steps(const Features& features, const at::Tensor& tokens);
  void require_kept(const conformance::Broken& broken) const;

  std::string name_;
  std::int64_t labels_;
  std::int64_t pixels_;
  /// The type of what the last `begin` was given.
  at::ScalarType features_ = at::kFloat;
  std::shared_ptr<Decoder> plugin_;
};

}  // namespace tagloom::models
