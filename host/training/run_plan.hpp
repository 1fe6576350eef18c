#pragma once

/// How long a run is: its stages, their epochs, the batches of an epoch, and when it is over.

#include "training/config.hpp"
#include "training/run_state.hpp"

#include <cstdint>

namespace tagloom::training {

struct RunPlan {
  /// The training split's.
  std::int64_t images = 0;
  /// Those that all processes take, together.
  std::int64_t images_a_step = 1;
  /// Epochs of the concept layer's own stage; 0 without one.
  std::int64_t concept_epochs = 0;
  std::int64_t epochs = 0;
  /// As in TrainConfig.
  std::int64_t stop_after = 0;
  std::int64_t patience = 0;

  [[nodiscard]] Stage first_stage() const { return concept_epochs > 0 ? Stage::concepts : Stage::labels; }
  [[nodiscard]] std::int64_t epochs_of(Stage stage) const {
    return stage == Stage::concepts ? concept_epochs : epochs;
  }
  [[nodiscard]] std::int64_t batches_an_epoch() const { return (images + images_a_step - 1) / images_a_step; }
  /// Steps of all stages so far.
  [[nodiscard]] std::int64_t steps_of_run(const RunState& state) const;
  /// Whether the epoch at hand is one of the next stage.
  [[nodiscard]] bool stage_is_over(const RunState& state) const {
    return state.stage == Stage::concepts && state.epoch > concept_epochs;
  }
  /// Whether it is one that is not taken: after the last, or after `patience` without a better one.
  [[nodiscard]] bool is_over(const RunState& state) const;
};

/// `two_stages`: whether the model has a concept layer below its decoder.
RunPlan plan_run(const TrainConfig& config, std::int64_t images, std::int64_t images_a_step, bool two_stages);

}  // namespace tagloom::training
