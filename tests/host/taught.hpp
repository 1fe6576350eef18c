#pragma once

/// A model and its losses, for tests of steps.

#include "models/model.hpp"
#include "recording_imitation.hpp"
#include "training/objective.hpp"
#include "training_world.hpp"

#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

namespace tagloom::training {

/// Takes steps without an optimiser.
class Taught {
 public:
  Taught(const TrainConfig& config, c10::Device device) : objective_(config, registry(), seven_labels()) {
    at::manual_seed(5);
    model = models::create_model(config.model,
                                 {.labels = seven_labels().size(),
                                  .features = {.channels = kSomeChannels, .map_height = 2, .map_width = 2},
                                  .embeddings = {}},
                                 registry());
    model->to(device);
    model->train();
  }

  /// `own_tokens` as in Objective.
  at::Tensor step(const Features& features, const LabelBatch& labels, Stage stage = Stage::labels,
                  const at::Tensor& own_tokens = {}) {
    at::Tensor loss;
    for (const Objective::Term& term : objective_(*model, stage, features, labels, own_tokens))
      loss = loss.defined() ? loss + term.mean : term.mean;
    loss.backward();
    return loss.detach();
  }
  [[nodiscard]] std::vector<at::Tensor> parameters() const {
    return objective_.trained(*model, Stage::labels);
  }

  std::shared_ptr<models::Model> model;

 private:
  Objective objective_;
};

inline TrainConfig run_of(const models::ModelSpec& model, const std::string& loss = "cross_entropy") {
  TrainConfig config;
  config.model = model;
  config.loss = loss;
  return config;
}

}  // namespace tagloom::training
