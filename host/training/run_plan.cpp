#include "training/run_plan.hpp"

#include <algorithm>

namespace tagloom::training {

std::int64_t RunPlan::steps_of_run(const RunState& state) const {
  return state.step + (state.stage == Stage::labels ? concept_epochs * batches_an_epoch() : 0);
}

bool RunPlan::is_over(const RunState& state) const {
  if (state.stage == Stage::concepts) return false;
  const std::int64_t last = stop_after > 0 ? std::min(stop_after, epochs) : epochs;
  const bool stale = patience > 0 && state.best_epoch > 0 && state.epoch - 1 - state.best_epoch >= patience;
  return state.epoch > last || stale;
}

RunPlan plan_run(const TrainConfig& config, std::int64_t images, std::int64_t images_a_step,
                 bool two_stages) {
  return {.images = images,
          .images_a_step = images_a_step,
          .concept_epochs = two_stages ? config.concept_epochs : 0,
          .epochs = config.epochs,
          .stop_after = config.stop_after,
          .patience = config.patience};
}

}  // namespace tagloom::training
