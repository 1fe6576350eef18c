#pragma once

/// The model that a run trains, with all that changes it: the objective, the optimiser and its schedule.

#include "distributed/world.hpp"
#include "models/model.hpp"
#include "registry/registry.hpp"
#include "training/adam.hpp"
#include "training/config.hpp"
#include "training/inputs.hpp"
#include "training/objective.hpp"
#include "training/one_cycle.hpp"
#include "training/recorded_step.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::training {

class Learner {
 public:
  /// Creates the model as the first process does, on this process's device. All but `note`, which gets what
  /// the user should know, now and later, must outlive it. Throws UsageError, PluginError, and DataError for
  /// a model that the caches cannot feed.
  Learner(const TrainConfig& config, const Inputs& inputs, const registry::Registry& registry,
          distributed::World& world, const std::function<void(const std::string&)>& note);

  [[nodiscard]] at::Device device() const { return device_; }
  /// Whether the decoder's products are computed in bfloat16.
  [[nodiscard]] bool in_bfloat16() const { return in_bfloat16_; }
  [[nodiscard]] models::Model& model() const { return *model_; }
  [[nodiscard]] const Objective& objective() const { return objective_; }
  /// The label embeddings that the model started from, `[tokens, size]`; undefined without.
  [[nodiscard]] const at::Tensor& embeddings() const { return embeddings_; }

  /// The first step of a stage of so many epochs comes next: with a new optimiser, the schedule from its
  /// start.
  void begin(Stage stage, std::int64_t epochs);
  /// The optimiser of the stage at hand.
  [[nodiscard]] Adam& optimizer() { return *optimizer_; }
  [[nodiscard]] double learning_rate(std::int64_t step) const { return schedule_.learning_rate(step); }

  /// To be called after a recording of somebody else's on this device failed (tagloom/nn/recorder.hpp): the
  /// steps that were recorded are recorded anew, or, if that fails, go on without.
  void forget_recordings();

  /// Takes step number `step` of the stage, with all processes; `counts` as in Share. Draws from LibTorch's
  /// generator. The loss of the whole batch, on the device; the next step may overwrite it.
  at::Tensor step(const Features& features, const LabelBatch& labels, bool counts, std::int64_t step);

 private:
  /// Gradients are left with the parameters; the loss is returned.
  at::Tensor forward_and_backward(const Features& features, const LabelBatch& labels, bool counts);
  void set_own_tokens(std::int64_t step);
  /// Empty if they can be.
  [[nodiscard]] std::string why_not_recorded() const;
  void record_steps(bool insists);
  [[nodiscard]] std::vector<at::Tensor> trained() const { return objective_.trained(*model_, stage_); }

  const TrainConfig& config_;
  const Inputs& inputs_;
  distributed::World& world_;
  std::function<void(const std::string&)> note_;
  at::Device device_;
  bool in_bfloat16_;
  Objective objective_;
  at::Tensor embeddings_;
  std::shared_ptr<models::Model> model_;
  /// Scheduled sampling's probability at the step at hand; undefined where it is none.
  at::Tensor own_tokens_;
  Stage stage_ = Stage::labels;
  std::optional<Adam> optimizer_;
  std::optional<RecordedStep> recorded_;
  OneCycle schedule_;
};

}  // namespace tagloom::training
