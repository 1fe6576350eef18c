#include "export/export_checkpoint.hpp"

#include "annotation/find_encoder.hpp"
#include "checkpoint/checkpoint.hpp"
#include "checkpoint/restore_model.hpp"
#include "export/export_model.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagloom::torchscript {
namespace {

constexpr int kFormat = 1;
constexpr const char* kPrecision = "precision";

std::string provenance_of(const checkpoint::Checkpoint& model) {
  nlohmann::json labels = nlohmann::json::array();
  for (const std::string& label : model.vocabulary.labels())
    labels.push_back(stored_name(label));
  return to_json_text(nlohmann::json{{"format", kFormat},
                                     {"tagloom", TAGLOOM_VERSION},
                                     {"model", model.model.name()},
                                     {"encoder", model.features.encoder},
                                     {"weights_fingerprint", model.features.weights_fingerprint},
                                     {"preprocessing", model.features.preprocessing},
                                     {"labels", std::move(labels)},
                                     {"calibrated", model.calibration.has_value()},
                                     {"record", model.record}},
                      2);
}

annotation::EncoderChoice portable(annotation::EncoderChoice choice, const checkpoint::FeatureSource& trained,
                                   const registry::Registry& registry) {
  const auto specs = registry.options_of(registry.find("encoder", trained.encoder));
  if (std::ranges::find(specs, kPrecision, &OptionSpec::name) == specs.end()) return choice;
  registry::Assignments wanted = choice.options;
  if (trained.recipe) wanted.insert(trained.recipe->options.begin(), trained.recipe->options.end());
  if (!wanted.contains(kPrecision) || wanted.at(kPrecision) == "auto") choice.options[kPrecision] = "float32";
  return choice;
}

}  // namespace

ExportResult export_checkpoint(const ExportConfig& config, const registry::Registry& registry,
                               const std::function<void(const std::string&)>& warn) {
  check(config);
  checkpoint::Checkpoint checkpoint = checkpoint::read_checkpoint(config.model);
  const annotation::EncoderChoice choice = portable(config.encoder, checkpoint.features, registry);
  annotation::check(checkpoint.features, choice, registry);
  const auto encoder = annotation::find_encoder(
      {.trained = checkpoint.features, .choice = choice, .checkpoint = config.model}, registry);
  encoder.warn_of_weights(warn);
  if (!checkpoint.calibration)
    warn(fmt::format("confidences are not calibrated: {} records no calibration.", shown(config.model)));
  const auto model = checkpoint::restore_model(checkpoint, registry, config.model);
  checkpoint.weights.clear();
  const std::string content = exported(
      Parts(encoder, *model), {.vocabulary = checkpoint.vocabulary,
                               .max_steps = checkpoint.max_steps,
                               .thresholds = checkpoint.thresholds,
                               .calibration = checkpoint.calibration.value_or(checkpoint::Calibration()),
                               .provenance = provenance_of(checkpoint)});
  replace_file(config.output, content);
  return {.model = checkpoint.model.name(),
          .encoder = checkpoint.features.encoder,
          .labels = checkpoint.vocabulary.labels().size(),
          .bytes = content.size()};
}

}  // namespace tagloom::torchscript
