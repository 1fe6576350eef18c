#include "training/best_checkpoint.hpp"

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/feature_source.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <cstdlib>
#include <string>

namespace tagloom::training {
namespace {

constexpr const char* kEpoch = "epoch";
constexpr const char* kScore = "selection_per_class_f1";

void add_results(runtime::Settings& record, const TrainedModel& trained, const RunState& state,
                 const Judgement& judgement) {
  record[kEpoch] = std::to_string(state.epoch);
  // All digits, so that a resumed run finds the very number that it remembers.
  record[kScore] = fmt::format("{}", judgement.metrics.per_class.f1);
  record["finished"] = "no";
  record["train_images"] = std::to_string(trained.inputs.train_images());
  record["selection_images"] = std::to_string(trained.inputs.selection.size());
  record["train_seconds"] = fmt::format("{:.1f}", state.seconds);
  record["parameters"] = std::to_string(trained.learner.model().parameter_count());
  record["libtorch"] = TORCH_VERSION;
  record["tagloom"] = TAGLOOM_VERSION;
}

std::string value_in(const runtime::Settings& record, const char* name) {
  const auto found = record.find(name);
  return found == record.end() ? std::string() : found->second;
}

/// The first setting of the run that the checkpoint has otherwise.
std::optional<runtime::Difference> other_run(const runtime::Settings& checkpoint,
                                             const runtime::Settings& run) {
  runtime::Settings there;
  for (const auto& [name, unused] : run)
    there[name] = value_in(checkpoint, name.c_str());
  return runtime::first_difference(there, run);
}

DataError does_not_fit(const std::filesystem::path& path, const std::string& what) {
  const std::string name = shown(path);
  return DataError(
      fmt::format("{} is not the best checkpoint of the run that {}.state goes on with: {}. Put that one "
                  "back, or delete the state and start afresh.",
                  name, name, what));
}

}  // namespace

void write_best(const TrainedModel& trained, const RunState& state, const Judgement& judgement) {
  const Inputs& inputs = trained.inputs;
  const Learner& learner = trained.learner;
  checkpoint::Checkpoint checkpoint{
      .vocabulary = inputs.data.vocabulary,
      .train_counts = inputs.statistics.counts,
      .features = checkpoint::feature_source(inputs.cache().info()),
      .validation = {.fraction = trained.config.validation,
                     .seed = trained.config.seed,
                     .test_fraction = inputs.data.held_out.fraction,
                     .test_seed = inputs.data.held_out.seed,
                     .stratified = trained.config.stratify},
      .model = learner.model().spec(),
      .embedding = learner.embeddings().defined() ? learner.embeddings().size(1) : 0,
      .max_steps = inputs.max_steps,
      .thresholds = judgement.thresholds,
      .record = trained.record,
      .weights = named_tensors(learner.model())};
  add_results(checkpoint.record, trained, state, judgement);
  checkpoint::write_checkpoint(trained.config.output, checkpoint);
}

std::optional<ScoredEpoch> later_best(const std::filesystem::path& path, const RunState& state,
                                      const runtime::Settings& record) {
  // What lies there before the first of a run is what it was told to overwrite, or its first.
  if (state.best_epoch == 0) return std::nullopt;
  if (!std::filesystem::exists(path))
    throw DataError(
        fmt::format("{}, the best checkpoint of the run that {}.state goes on with, is gone; put it back, or "
                    "delete the latter and start afresh.",
                    shown(path), shown(path)));
  const runtime::Settings found = respelt(checkpoint::read_checkpoint(path).record);
  if (const auto other = other_run(found, record))
    throw does_not_fit(
        path, fmt::format("it is of a run with {} {}, not {}", other->name, other->first, other->second));
  const ScoredEpoch there{.epoch = std::strtoll(value_in(found, kEpoch).c_str(), nullptr, 10),
                          .score = std::strtod(value_in(found, kScore).c_str(), nullptr)};
  if (there.epoch == state.best_epoch && there.score == state.best_score) return std::nullopt;
  if (there.epoch < state.best_epoch)
    throw does_not_fit(path,
                       fmt::format("it is of epoch {}, not of epoch {}", there.epoch, state.best_epoch));
  if (there.epoch == state.best_epoch || there.score <= state.best_score)
    throw does_not_fit(path, fmt::format("epoch {} scored {:.4f} in it, and epoch {} {:.4f} in the run",
                                         there.epoch, there.score, state.best_epoch, state.best_score));
  return there;
}

void mark_finished(const std::filesystem::path& path, const RunsEnd& end) {
  checkpoint::Checkpoint checkpoint = checkpoint::read_checkpoint(path);
  checkpoint.record["finished"] = "yes";
  checkpoint.record["epochs_trained"] = std::to_string(end.epochs);
  checkpoint.calibration = end.calibration;
  checkpoint::write_checkpoint(path, checkpoint);
}

}  // namespace tagloom::training
