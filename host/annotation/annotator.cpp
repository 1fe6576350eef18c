#include "annotation/annotator.hpp"

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/feature_source.hpp"
#include "checkpoint/restore_model.hpp"
#include "registry/guarded.hpp"
#include "runtime/device.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/preprocess.hpp>
#include <tagloom/weights/named_tensors.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace tagloom::annotation {
namespace {

std::string fingerprint_of(const checkpoint::Checkpoint& model) {
  Hasher hasher;
  hasher.update(tagloom::fingerprint(model.weights));
  for (const std::string& label : model.vocabulary.labels())
    hasher.update(label);
  return hasher.hex();
}

std::string why_uncalibrated(const checkpoint::Checkpoint& model, const std::filesystem::path& path) {
  if (model.calibration) return {};
  const auto finished = model.record.find("finished");
  const char* why = "its run had no validation images";
  if (!model.features.recipe)
    why = "it is of an earlier version of tagloom; train again, or take them as they are";
  else if (finished != model.record.end() && finished->second == "no")
    why = "its run has not ended";
  return fmt::format("Confidences are not calibrated: {} records no calibration ({}).", shown(path), why);
}

checkpoint::Checkpoint checkpoint_for(const AnnotatorConfig& config) {
  check(config);
  return checkpoint::read_checkpoint(config.model);
}

features::CheckedEncoder encoder_for(const AnnotatorConfig& config, const checkpoint::Checkpoint& model,
                                     const registry::Registry& registry) {
  check(model.features, config.encoder, registry);
  return find_encoder({.trained = model.features,
                       .choice = config.encoder,
                       .device = runtime::device_named(config.device),
                       .checkpoint = config.model},
                      registry);
}

/// As they come from a cache, which holds float16, in the type of products.
at::Tensor as_stored(const at::Tensor& features, at::ScalarType type) {
  if (!features.defined()) return features;
  at::Tensor half = features.to(at::kHalf);
  if (!half.isfinite().all().item<bool>())
    throw NumericError(
        "The features of a picture hold NaN, infinity or a number beyond float16 (65504); check the "
        "encoder's weights.");
  return half.to(type);
}

/// Which of a picture's labels are kept: the `top` most confident of those that are confident enough, in
/// their order.
std::vector<std::size_t> kept(const std::vector<float>& confidences, std::int64_t top, double least) {
  std::vector<std::size_t> places(confidences.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::erase_if(places, [&](std::size_t i) { return confidences[i] < least; });
  if (top > 0 && static_cast<std::size_t>(top) < places.size()) {
    std::ranges::stable_sort(places, std::greater<>(), [&](std::size_t i) { return confidences[i]; });
    places.resize(static_cast<std::size_t>(top));
    std::ranges::sort(places);
  }
  return places;
}

}  // namespace

Annotator::Annotator(const AnnotatorConfig& config, const registry::Registry& registry)
    : Annotator(config, checkpoint_for(config), registry) {}

Annotator::Annotator(const AnnotatorConfig& config, const checkpoint::Checkpoint& checkpoint,
                     const registry::Registry& registry)
    : top_(config.top),
      min_confidence_(config.min_confidence),
      attention_(config.attention),
      vocabulary_(checkpoint.vocabulary),
      shape_(checkpoint.features.shape),
      pixels_(checkpoint::pixel_rule(checkpoint.features)),
      decode_rule_(checkpoint::decode_rule(checkpoint.features)),
      calibration_(checkpoint.calibration.value_or(checkpoint::Calibration())),
      why_not_calibrated_(why_uncalibrated(checkpoint, config.model)),
      fingerprint_(fingerprint_of(checkpoint)),
      model_(checkpoint::restore_model(checkpoint, registry, config.model)),
      needs_{.pooled = model_->needs().pooled, .map = model_->needs().map},
      encoder_(encoder_for(config, checkpoint, registry)) {
  const at::Device device = runtime::device_named(config.device);
  model_->to(device);
  options_ = {.search = config.search,
              .thresholds = checkpoint.thresholds,
              .device = device,
              .type = runtime::product_type(config.precision, device)};
  options_.search.max_labels = checkpoint.max_steps - 1;
  options_.search.probabilities = true;
  options_.search.attention = config.attention;
}

at::Tensor Annotator::prepared(const at::Tensor& rgb) const {
  return datasets::to_input(rgb, preprocessing());
}

Features Annotator::encode(const at::Tensor& images) const {
  const at::NoGradGuard no_grad;
  const Features features = encoder_.encode(images, needs_);
  return {.pooled = as_stored(features.pooled, options_.type), .map = as_stored(features.map, options_.type)};
}

std::vector<Findings> Annotator::decode(const Features& features) const {
  return registry::guarded(fmt::format("{}, predicting labels", model_->spec().name()), [&] {
    std::vector<Findings> all;
    for (const evaluation::Prediction& prediction :
         evaluation::predict(*model_, features, vocabulary_, options_))
      all.push_back(found(prediction));
    return all;
  });
}

Findings Annotator::found(const evaluation::Prediction& prediction) const {
  std::vector<float> confidences;
  for (const float probability : prediction.probabilities)
    confidences.push_back(static_cast<float>(checkpoint::confidence(calibration_, probability)));
  Findings findings;
  std::vector<std::int64_t> steps;
  for (const std::size_t i : kept(confidences, top_, min_confidence_)) {
    const std::int64_t label = prediction.labels[i];
    findings.tags.push_back({.label = vocabulary_.label(label), .confidence = confidences[i]});
    if (!attention_ || prediction.hypotheses.empty()) continue;
    const auto& emitted = prediction.hypotheses.front().labels;
    steps.push_back(std::ranges::find(emitted, label) - emitted.begin());
  }
  if (attention_ && !prediction.hypotheses.empty() && prediction.hypotheses.front().attention.defined())
    findings.attention = prediction.hypotheses.front()
                             .attention.to(at::kFloat)
                             .index_select(0, at::tensor(steps, at::kLong))
                             .view({-1, shape_.map_height, shape_.map_width});
  return findings;
}

}  // namespace tagloom::annotation
