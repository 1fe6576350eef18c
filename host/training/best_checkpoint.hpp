#pragma once

/// The checkpoint of a run's best epoch so far: written when an epoch is better, compared with what the state
/// of a resumed run says of it, marked when the run has ended.

#include "checkpoint/calibration.hpp"
#include "runtime/settings.hpp"
#include "training/config.hpp"
#include "training/inputs.hpp"
#include "training/judge.hpp"
#include "training/learner.hpp"
#include "training/run_state.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace tagloom::training {

/// An epoch of the run and its per-class F1 on the images that select.
struct ScoredEpoch {
  std::int64_t epoch = 0;
  double score = 0;
};

struct TrainedModel {
  const TrainConfig& config;
  const Inputs& inputs;
  const Learner& learner;
  const runtime::Settings& record;
};

/// Writes `config.output` for the epoch that `state` is in. Throws DataError, and the file is what it was.
void write_best(const TrainedModel& trained, const RunState& state, const Judgement& judgement);

/// Checks that the file is the one that `state` means, or one that the same run wrote later: a run that was
/// killed between writing a checkpoint and its next state comes to that epoch again. Returns the later epoch.
/// Throws DataError, saying what does not fit, if it is neither.
std::optional<ScoredEpoch> later_best(const std::filesystem::path& path, const RunState& state,
                                      const runtime::Settings& record);

/// What a run has come to, when it has ended.
struct RunsEnd {
  std::int64_t epochs = 0;
  /// Fits the best epoch's model; nothing where there was nothing to fit it on.
  std::optional<checkpoint::Calibration> calibration;
};

/// Records it. Throws DataError, and the file is what it was.
void mark_finished(const std::filesystem::path& path, const RunsEnd& end);

}  // namespace tagloom::training
