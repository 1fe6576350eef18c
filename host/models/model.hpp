#pragma once

/// What is trained, stored and scored as one: a decoder, a classifier, or a decoder behind the classifier
/// whose concepts it reads (SR-CNN-RNN). Its parts are submodules "decoder" and "classifier".

#include "models/checked_decoder.hpp"
#include "models/model_spec.hpp"
#include "registry/registry.hpp"

#include <tagloom/classifier.hpp>
#include <tagloom/decoder.hpp>

#include <torch/nn/module.h>

#include <memory>
#include <string>
#include <vector>

namespace tagloom::models {

class Model : public torch::nn::Module {
 public:
  /// At least one of them; `spec` holds the options in full, `setup` is what they were built for.
  Model(ModelSpec spec, std::shared_ptr<Classifier> classifier, std::shared_ptr<Decoder> decoder,
        const DecoderSetup& setup);

  [[nodiscard]] const ModelSpec& spec() const { return spec_; }
  /// What must be read from a cache. Throws PluginError if a part throws, as do the three below.
  [[nodiscard]] FeatureNeeds needs() const;
  void train(bool on = true) override;
  void to(torch::Device device, bool non_blocking = false) override;
  using torch::nn::Module::to;
  /// The decoder's (decoder.hpp); empty if there is no decoder.
  [[nodiscard]] std::vector<at::Tensor> product_weights() const;

  /// Null if there is none. The decoder is held to its promises (checked_decoder.hpp).
  [[nodiscard]] const std::shared_ptr<Classifier>& classifier() const { return classifier_; }
  [[nodiscard]] const std::shared_ptr<CheckedDecoder>& decoder() const { return decoder_; }
  /// A model of this one's classifier, which must be there; they share it.
  [[nodiscard]] Model classifier_alone() const;

  /// The features with the classifier's concepts, if there is a classifier. Throws PluginError if those break
  /// a promise.
  [[nodiscard]] Features with_concepts(Features features) const;

  /// How many numbers it holds, frozen embeddings included.
  [[nodiscard]] std::int64_t parameter_count() const;

 private:
  ModelSpec spec_;
  std::shared_ptr<Classifier> classifier_;
  /// Around the plugin's, which is the submodule.
  std::shared_ptr<CheckedDecoder> decoder_;
  std::int64_t labels_;
};

/// Throws UsageError, with a sentence, for parts that do not go together, PluginError for one that is
/// missing.
std::shared_ptr<Model> create_model(const ModelSpec& spec, const DecoderSetup& setup,
                                    const registry::Registry& registry);

}  // namespace tagloom::models
