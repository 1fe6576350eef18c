#pragma once

/// What an epoch is judged by: the predictions for the images that select, and their scores.

#include "distributed/world.hpp"
#include "evaluation/metrics.hpp"
#include "evaluation/predictor.hpp"
#include "models/model.hpp"
#include "training/inputs.hpp"
#include "training/objective.hpp"

#include <c10/core/Device.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tagloom::training {

struct Judgement {
  evaluation::Metrics metrics;
  /// One a label for a classifier alone (fitted here where that was asked for), else empty.
  std::vector<float> thresholds;
};

/// Judges the epochs of a stage, greedily; in the stage of the concepts by their classifier alone. On a GPU
/// what predicts is recorded once for all epochs.
class Judge {
 public:
  struct Settings {
    Stage stage = Stage::labels;
    std::int64_t epochs = 1;
    /// That share the work.
    std::int64_t processes = 1;
    c10::Device device = c10::kCPU;
    /// As in evaluation::PredictOptions.
    std::function<void(const std::string&)> note = [](const std::string&) {};
    std::function<void()> recording_failed = [] {};
    /// What makes the recorder.
    std::unique_ptr<Recorder> (*recorder)(const evaluation::PredictOptions& options,
                                          std::int64_t images) = evaluation::recorder_for;
  };

  /// What it is given must outlive it. The model's weights must lie, whenever it judges, where they lay the
  /// first time.
  Judge(const TrainConfig& config, const Inputs& inputs, models::Model& model, const Settings& settings);
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  /// The model is left in evaluation mode. The processes of `world` share the work, and all get the
  /// judgement. Throws what `evaluation::predict` throws, and LostProcess.
  Judgement operator()(distributed::World& world);

 private:
  const TrainConfig& config_;
  const Inputs& inputs_;
  Stage stage_;
  /// The concepts' classifier, in their stage.
  std::unique_ptr<models::Model> alone_;
  evaluation::Predictor predictor_;
};

}  // namespace tagloom::training
