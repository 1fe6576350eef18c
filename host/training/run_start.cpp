#include "training/run_start.hpp"

#include "distributed/same_settings.hpp"
#include "evaluation/cached_images.hpp"
#include "training/run_record.hpp"

#include <string>

namespace tagloom::training {

Inputs shared_inputs(const TrainConfig& config, distributed::World& world) {
  Inputs inputs = read_inputs(config);
  auto settings = run_record(config, inputs);
  settings["resume"] = config.resume ? "yes" : "no";
  distributed::require_same_settings(world, settings);
  return inputs;
}

std::optional<StoredRun> interrupted_run(const TrainConfig& config, distributed::World& world) {
  if (!config.resume) return std::nullopt;
  return distributed::agreed(world, "reading the interrupted run",
                             [&] { return std::optional(read_run(state_path(config))); });
}

TrainConfig with_its_precision(TrainConfig config, const StoredRun& run) {
  const auto recorded = run.config.find("precision");
  if (config.precision == runtime::Precision::automatic && recorded != run.config.end())
    config.precision =
        options::named_by<runtime::Precision>(recorded->second).value_or(runtime::Precision::automatic);
  return config;
}

featurecache::FeatureStream::Settings feature_settings(const Learner& learner) {
  return {.needs = learner.model().needs(),
          .device = learner.device(),
          // Decoders compute their products in the features' type.
          .type = learner.in_bfloat16() ? at::kBFloat16 : at::kFloat};
}

void warn_of(const Inputs& inputs, const TrainListener& listener) {
  for (const std::string& remark : datasets::remarks(inputs.data))
    listener.warn(remark);
  const evaluation::NamedSplit others[] = {{"validation", inputs.data.validation},
                                           {"test", inputs.data.test}};
  for (const std::string& warning :
       {evaluation::left_out_note(inputs.left_out, "images of training and selection"),
        evaluation::shared_images_warning(inputs.cache(), inputs.data.train, others)}) {
    if (!warning.empty()) listener.warn(warning);
  }
}

}  // namespace tagloom::training
