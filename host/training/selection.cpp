#include "training/selection.hpp"

#include "evaluation/score.hpp"
#include "evaluation/shared_predict.hpp"
#include "evaluation/thresholds.hpp"

namespace tagloom::training {
namespace {

/// Thresholds that are to be fitted need the probabilities only, which no threshold changes.
constexpr float kAny = 0.5F;

std::vector<evaluation::Prediction> predicted(distributed::World& world, models::Model& model,
                                              const TrainConfig& config, const Inputs& inputs,
                                              at::Device device) {
  const auto labels = static_cast<std::size_t>(inputs.data.vocabulary.size());
  return evaluation::predict(world, model, inputs.cache(), inputs.selection_rows, inputs.data.vocabulary,
                             {.search = {.max_labels = inputs.max_steps - 1},
                              .thresholds = std::vector<float>(labels, config.threshold.fixed.value_or(kAny)),
                              .device = device},
                             "the images that choose the epoch");
}

}  // namespace

Judgement judge(distributed::World& world, models::Model& model, Stage stage, const TrainConfig& config,
                const Inputs& inputs, at::Device device) {
  if (stage == Stage::concepts) {
    models::Model alone = model.classifier_alone();
    const auto predictions = predicted(world, alone, config, inputs, device);
    return {evaluation::score(inputs.selection, predictions, inputs.statistics), {}};
  }
  auto predictions = predicted(world, model, config, inputs, device);
  Judgement judgement;
  if (model.decoder() == nullptr) {
    const std::int64_t labels = inputs.data.vocabulary.size();
    const auto fixed = config.threshold.fixed;
    judgement.thresholds = fixed ? std::vector<float>(static_cast<std::size_t>(labels), *fixed)
                                 : evaluation::fitted_thresholds(inputs.selection, predictions, labels);
    evaluation::apply_thresholds(predictions, judgement.thresholds);
  }
  judgement.metrics = evaluation::score(inputs.selection, predictions, inputs.statistics);
  return judgement;
}

}  // namespace tagloom::training
