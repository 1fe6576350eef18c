#pragma once

/// What is trained, stored and scored as one: a decoder, a classifier, or a decoder behind the classifier
/// whose concepts it reads (SR-CNN-RNN). Its parts are submodules "decoder" and "classifier".

#include "registry/registry.hpp"

#include <tagloom/classifier.hpp>
#include <tagloom/decoder.hpp>

#include <torch/nn/module.h>

#include <memory>
#include <string>
#include <vector>

namespace tagloom::models {

/// Which plugins a model is made of, and with which options. An empty name is a part that is not there.
struct ModelSpec {
  std::string classifier;
  registry::Assignments classifier_options;
  std::string decoder;
  registry::Assignments decoder_options;

  /// "ria", "classifier linear", "sr_cnn_rnn on linear".
  [[nodiscard]] std::string name() const;
  bool operator==(const ModelSpec&) const = default;
};

class Model : public torch::nn::Module {
 public:
  /// At least one of them; `spec` holds the options in full.
  Model(ModelSpec spec, std::shared_ptr<Classifier> classifier, std::shared_ptr<Decoder> decoder);

  [[nodiscard]] const ModelSpec& spec() const { return spec_; }
  /// What must be read from a cache. Throws PluginError if a part throws, as do the three below.
  [[nodiscard]] FeatureNeeds needs() const;
  void train(bool on = true) override;
  void to(torch::Device device, bool non_blocking = false) override;
  using torch::nn::Module::to;
  /// The decoder's (decoder.hpp); empty if there is no decoder.
  [[nodiscard]] std::vector<at::Tensor> product_weights() const;

  /// Null if there is none.
  [[nodiscard]] const std::shared_ptr<Classifier>& classifier() const { return classifier_; }
  [[nodiscard]] const std::shared_ptr<Decoder>& decoder() const { return decoder_; }

  /// The features with the classifier's concepts, if there is a classifier.
  [[nodiscard]] Features with_concepts(Features features) const;

  /// How many numbers it holds, frozen embeddings included.
  [[nodiscard]] std::int64_t parameter_count() const;

 private:
  ModelSpec spec_;
  std::shared_ptr<Classifier> classifier_;
  std::shared_ptr<Decoder> decoder_;
};

/// Throws UsageError, with a sentence, for parts that do not go together, PluginError for one that is
/// missing.
std::shared_ptr<Model> create_model(const ModelSpec& spec, const DecoderSetup& setup,
                                    const registry::Registry& registry);

}  // namespace tagloom::models
