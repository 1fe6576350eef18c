#pragma once

/// One run of `train` (train.hpp): its model, its features, where it stands, and the loop over epochs.

#include "registry/kinds/ordering.hpp"
#include "runtime/ends_in_time.hpp"
#include "runtime/settings.hpp"
#include "training/epoch_plan.hpp"
#include "training/feature_supply.hpp"
#include "training/inputs.hpp"
#include "training/judge.hpp"
#include "training/learner.hpp"
#include "training/run_files.hpp"
#include "training/run_plan.hpp"
#include "training/run_state.hpp"
#include "training/save_schedule.hpp"
#include "training/train.hpp"

#include <tagloom/ordering.hpp>

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <string>

namespace tagloom::training {

class Trainer {
 public:
  /// Reads everything, and takes up the run that is to be resumed. What it is given must outlive it.
  Trainer(const TrainConfig& config, const registry::Registry& registry, const TrainListener& listener,
          distributed::World& world);
  /// Whatever ends a run early, what was trained before is kept, if it is worth anything.
  TrainResult run();

 private:
  using Clock = SaveSchedule::Clock;

  void resume(const StoredRun& run);
  void begin_stage(Stage stage);
  /// All epochs and the run's end; not finished if the listener stopped it between two steps.
  TrainResult run_all();
  TrainResult finish();
  void finish_checkpoint();

  /// False if it was stopped before its end.
  bool run_epoch();
  void train_step(const EpochPlan& plan);
  [[nodiscard]] double mean_loss(std::int64_t batches) const;
  void end_epoch(double loss);
  [[nodiscard]] EpochReport report_of(double loss, const Judgement& judgement) const;

  /// Saves where the run stands.
  void save_run();
  TrainResult stopped();
  /// Inside a handler of what `error` says: saves the run and throws on.
  [[noreturn]] void end_early(const Error& error);
  /// For the user: saves the run, if there is anything to save, and says what is kept.
  std::string save_what_there_is();

  const registry::Registry& registry_;
  const TrainListener& listener_;
  distributed::World& world_;
  Inputs inputs_;
  /// The run that this one goes on with, until it does.
  std::optional<StoredRun> interrupted_;
  const TrainConfig config_;
  registry::Created<Ordering> ordering_;
  Learner learner_;
  /// That of the stage at hand.
  std::optional<Judge> judge_;
  RunPlan plan_;
  runtime::Settings record_;
  RunFiles files_;
  /// While it runs, and asks `files_`. It outlives the reading of features, which a disk may hold up.
  std::optional<runtime::EndsInTime> ends_in_time_;
  FeatureSupply features_;
  /// What is on the disk, and how far the model is.
  RunState state_;
  /// The sum over this epoch's steps; kept on the device, since reading it waits for the step.
  at::Tensor loss_sum_;
  Clock::time_point epoch_start_;
  SaveSchedule save_schedule_;
};

}  // namespace tagloom::training
