#include "training/judge.hpp"

#include "evaluation/score.hpp"
#include "evaluation/shared_predict.hpp"
#include "evaluation/thresholds.hpp"

#include <cstddef>

namespace tagloom::training {
namespace {

/// Thresholds that are to be fitted need the probabilities only, which no threshold changes.
constexpr float kAny = 0.5F;

std::unique_ptr<models::Model> alone_in(Stage stage, const models::Model& model) {
  return stage == Stage::concepts ? std::make_unique<models::Model>(model.classifier_alone()) : nullptr;
}

evaluation::Predictor predictor_for(const TrainConfig& config, const Inputs& inputs, models::Model& model,
                                    const Judge::Settings& settings) {
  const auto labels = static_cast<std::size_t>(inputs.data.vocabulary.size());
  const evaluation::PredictOptions options{
      .search = {.max_labels = inputs.max_steps - 1},
      .thresholds = std::vector<float>(labels, config.threshold.fixed.value_or(kAny)),
      .device = settings.device,
      // Who insists does so on the steps: an epoch's judgement is no reason to lose the epoch.
      .cuda_graph = config.cuda_graph == runtime::CudaGraph::off ? runtime::CudaGraph::off
                                                                 : runtime::CudaGraph::automatic,
      .note = settings.note,
      .recording_failed = settings.recording_failed};
  const auto images = static_cast<std::int64_t>(inputs.selection_rows.size()) / settings.processes;
  return {model, inputs.data.vocabulary, options, settings.recorder(options, images * settings.epochs)};
}

}  // namespace

Judge::Judge(const TrainConfig& config, const Inputs& inputs, models::Model& model, const Settings& settings)
    : config_(config),
      inputs_(inputs),
      stage_(settings.stage),
      alone_(alone_in(settings.stage, model)),
      predictor_(predictor_for(config, inputs, alone_ ? *alone_ : model, settings)) {}

Judgement Judge::operator()(distributed::World& world) {
  auto predictions = evaluation::shared_predict(
      world, inputs_.selection_rows, "the images that choose the epoch",
      [&](const std::vector<std::int64_t>& rows) { return predictor_(inputs_.cache(), rows); });
  Judgement judgement;
  if (stage_ == Stage::labels && config_.model.decoder.empty()) {
    const std::int64_t labels = inputs_.data.vocabulary.size();
    const auto fixed = config_.threshold.fixed;
    judgement.thresholds = fixed ? std::vector<float>(static_cast<std::size_t>(labels), *fixed)
                                 : evaluation::fitted_thresholds(inputs_.selection, predictions, labels);
    evaluation::apply_thresholds(predictions, judgement.thresholds);
  }
  judgement.metrics = evaluation::score(inputs_.selection, predictions, inputs_.statistics);
  return judgement;
}

}  // namespace tagloom::training
