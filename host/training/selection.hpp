#pragma once

/// What an epoch is judged by: the predictions for the images that select, and their scores.

#include "distributed/world.hpp"
#include "evaluation/metrics.hpp"
#include "training/inputs.hpp"
#include "training/objective.hpp"

#include <vector>

namespace tagloom::training {

struct Judgement {
  evaluation::Metrics metrics;
  /// One a label for a classifier alone (fitted here where that was asked for), else empty.
  std::vector<float> thresholds;
};

/// Predicts greedily; in the stage of the concepts their classifier alone. The model is left in evaluation
/// mode. The processes of `world` share the work, and all get the judgement.
Judgement judge(distributed::World& world, models::Model& model, Stage stage, const TrainConfig& config,
                const Inputs& inputs, at::Device device);

}  // namespace tagloom::training
