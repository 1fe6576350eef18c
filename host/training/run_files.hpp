#pragma once

/// What a run leaves on the disk: the checkpoint of its best epoch, the log and the curves that others read
/// meanwhile, and the state that lets it go on. One process of a group writes them; the others' only counts
/// along.

#include "distributed/world.hpp"
#include "runtime/settings.hpp"
#include "training/best_checkpoint.hpp"
#include "training/config.hpp"
#include "training/epoch_log.hpp"
#include "training/event_log.hpp"
#include "training/judge.hpp"
#include "training/run_plan.hpp"
#include "training/run_state.hpp"
#include "training/train.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace tagloom::training {

class RunFiles {
 public:
  /// What it is given must outlive it.
  RunFiles(const TrainConfig& config, const RunPlan& plan, const runtime::Settings& record,
           distributed::World& world);
  RunFiles(const RunFiles&) = delete;
  RunFiles& operator=(const RunFiles&) = delete;

  /// For a run that goes on from `state`: looks whether its checkpoint is of a later epoch, as the first
  /// process finds it, which alone needs the file. Throws DataError.
  void go_on_from(const RunState& state);
  /// The log and the curves of the run that stands at `state`. Throws DataError.
  void open_logs(const RunState& state);

  void begin_epoch(const RunState& state);
  /// Whether TensorBoard is to have a point after the step that `state` has just counted.
  [[nodiscard]] bool wants_point(const RunState& state) const;
  void write_point(const RunState& state, double learning_rate, double loss_sum);
  /// Puts an epoch on the disk, the model with it if it is the best, and returns where the run stands then.
  /// Throws DataError, and `state` is what is still true.
  RunState keep_epoch(const TrainedModel& trained, const RunState& state, const EpochReport& report,
                      const Judgement& judgement);
  /// Throws DataError.
  void save(const StoredRun& run) const;
  /// The best epoch, which may be one that the run had reached before it was killed and not come to again.
  [[nodiscard]] ScoredEpoch best(const RunState& state) const;
  void remove_state() const;

  /// For the user, when a step takes too long to be waited for.
  [[nodiscard]] std::string left_in_a_step() const;
  /// For the user, after a failure: at a process that does not write, and where the file cannot be written.
  [[nodiscard]] std::string kept_by_another() const;
  [[nodiscard]] std::string cannot_be_saved() const;

 private:
  [[nodiscard]] bool has_state() const;

  const TrainConfig& config_;
  const RunPlan& plan_;
  const runtime::Settings& record_;
  distributed::World& world_;
  std::filesystem::path state_path_;
  /// Where the run had come further before it was killed than its state on the disk: the epoch that the
  /// checkpoint there is of.
  std::optional<ScoredEpoch> later_;
  std::optional<EpochLog> log_;
  std::optional<EventLog> events_;
};

}  // namespace tagloom::training
