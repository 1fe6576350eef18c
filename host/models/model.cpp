#include "models/model.hpp"

#include "registry/guarded.hpp"
#include "registry/kinds/classifier.hpp"
#include "registry/kinds/decoder.hpp"
#include "registry/promises.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/conformance/promises/classifier.hpp>
#include <tagloom/conformance/promises/module.hpp>

#include <fmt/format.h>

namespace tagloom::models {
namespace {

/// What is no part of a model that can be trained and stored, found out before anything is computed.
void check_part(const char* kind, const std::string& name, const torch::nn::Module& part,
                const conformance::Broken& broken_needs) {
  registry::require_kept(kind, name, broken_needs);
  registry::require_kept(kind, name, conformance::broken_names(part));
}

FeatureNeeds needs_of(const char* kind, const std::string& name, const auto& part) {
  return registry::guarded(
      registry::Place(fmt::format("the {} {}, asked what it reads", kind, shown(name)), name),
      [&] { return part.needs(); });
}

/// As the middle of a sentence has it.
std::string subject(const ModelSpec& spec) {
  return "the model " + shown(spec.name());
}

}  // namespace

Model::Model(ModelSpec spec, std::shared_ptr<Classifier> classifier, std::shared_ptr<Decoder> decoder,
             const DecoderSetup& setup)
    : spec_(std::move(spec)), labels_(setup.labels) {
  if (classifier) classifier_ = register_module("classifier", std::move(classifier));
  if (decoder)
    decoder_ = std::make_shared<CheckedDecoder>(spec_.decoder, setup,
                                                register_module("decoder", std::move(decoder)));
}

Model Model::classifier_alone() const {
  return {{.classifier = spec_.classifier, .classifier_options = spec_.classifier_options},
          classifier_,
          nullptr,
          {.labels = labels_}};
}

FeatureNeeds Model::needs() const {
  FeatureNeeds needs{.pooled = false};
  const auto add = [&](const FeatureNeeds& more) {
    needs.pooled |= more.pooled;
    needs.map |= more.map;
  };
  registry::guarded(subject(spec_) + ", asked what features it reads", [&] {
    if (classifier_) add(classifier_->needs());
    if (decoder_) add(decoder_->needs());
  });
  return needs;
}

void Model::train(bool on) {
  registry::guarded(fmt::format("{}, made ready to {}", subject(spec_), on ? "train" : "predict"),
                    [&] { Module::train(on); });
}

void Model::to(torch::Device device, bool non_blocking) {
  registry::guarded(fmt::format("{}, moved to {}", subject(spec_), device.str()),
                    [&] { Module::to(device, non_blocking); });
}

std::vector<at::Tensor> Model::product_weights() const {
  if (!decoder_) return {};
  return registry::guarded(subject(spec_) + ", asked for the weights of its products",
                           [&] { return decoder_->product_weights(); });
}

Features Model::with_concepts(Features features) const {
  if (!classifier_) return features;
  at::Tensor concepts = classifier_->forward(features);
  registry::require_kept("classifier", spec_.classifier,
                         conformance::broken_forward(concepts, features, labels_));
  features.concepts = std::move(concepts);
  return features;
}

std::int64_t Model::parameter_count() const {
  std::int64_t count = 0;
  for (const at::Tensor& parameter : parameters())
    count += parameter.numel();
  return count;
}

std::shared_ptr<Model> create_model(const ModelSpec& spec, const DecoderSetup& setup,
                                    const registry::Registry& registry) {
  if (spec.classifier.empty() && spec.decoder.empty())
    throw UsageError("A model needs a decoder, a classifier, or both; name at least one.");
  ModelSpec full = spec;
  std::shared_ptr<Classifier> classifier;
  std::shared_ptr<Decoder> decoder;
  if (!spec.classifier.empty()) {
    auto created =
        registry.create<Classifier>(spec.classifier, spec.classifier_options,
                                    ClassifierSetup{.labels = setup.labels, .features = setup.features});
    full.classifier_options = created.options.to_text();
    classifier = std::move(created.component);
    check_part("classifier", spec.classifier, *classifier,
               conformance::broken_classifier_needs(needs_of("classifier", spec.classifier, *classifier)));
  }
  if (!spec.decoder.empty()) {
    auto created = registry.create<Decoder>(spec.decoder, spec.decoder_options, setup);
    full.decoder_options = created.options.to_text();
    decoder = std::move(created.component);
    const FeatureNeeds needs = needs_of("decoder", spec.decoder, *decoder);
    check_part("decoder", spec.decoder, *decoder, conformance::broken_needs(needs));
    if (needs.concepts && !classifier)
      throw UsageError(
          fmt::format("The decoder {} starts from predicted concepts, but no classifier predicts them; "
                      "give --classifier linear.",
                      shown(spec.decoder)));
    if (!needs.concepts && classifier)
      throw UsageError(
          fmt::format("The decoder {} reads no concepts, so the classifier {} in front of it would do "
                      "nothing; leave one of them out.",
                      shown(spec.decoder), shown(spec.classifier)));
  }
  return std::make_shared<Model>(std::move(full), std::move(classifier), std::move(decoder), setup);
}

}  // namespace tagloom::models
