#pragma once

/// One row of the table of `evaluate`: a model, or a baseline, on one split of the data set.

#include "checkpoint/checkpoint.hpp"
#include "evaluation/calibration.hpp"
#include "evaluation/carved_splits.hpp"
#include "evaluation/metrics.hpp"
#include "evaluation/predict.hpp"
#include "evaluation/select_on.hpp"
#include "models/model.hpp"
#include "runtime/precision.hpp"
#include "search/options.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::evaluation {

/// Confidences by a calibration, and what they are worth.
struct Calibrated {
  checkpoint::Calibration by;
  Reliability reliability;
};

/// One row of the table.
struct ScoredSplit {
  /// The checkpoint's path, or the baseline's description.
  std::string model;
  /// "ria", "sr_cnn_rnn on linear", "classifier linear"; empty for the baseline.
  std::string method;
  std::string split;
  /// "greedy", "beam 10", "threshold"; empty for the baseline.
  std::string search;
  /// The split that chose the checkpoint's epoch; none for the baseline.
  std::optional<SelectOn> selected_on;
  /// None for the baseline.
  std::optional<runtime::Precision> precision;
  std::int64_t parameters = 0;
  /// Images of the split that were left out, since the cache has no features of them.
  std::int64_t left_out = 0;
  /// Whether the run that made the checkpoint had ended; nothing where that is not known, as of the baseline.
  std::optional<bool> finished;
  /// What the checkpoint records of its training: ordering, loss, seed, versions, wall time, ...
  std::map<std::string, std::string> record;
  /// Training images of each label.
  std::vector<std::int64_t> train_counts;
  std::vector<std::string> image_names;
  /// The labels that each of these images has.
  std::vector<std::vector<std::int64_t>> truth;
  std::vector<Prediction> predictions;
  Metrics metrics;
  /// By the model's own probabilities; no bins for the baseline, which has none.
  Reliability uncalibrated;
  /// By the checkpoint's calibration; nothing if it records none.
  std::optional<Calibrated> calibrated;
  double seconds = 0;
};

/// A row with the split's images and their labels, still to be predicted.
ScoredSplit row_for(const CarvedData& carved, const std::string& split);

/// The row of predicting, for every image, as many labels as training images have on average: always the most
/// frequent ones.
ScoredSplit baseline_row(const CarvedData& carved, const std::string& split);

/// Says what the checkpoint is and how it was trained.
void describe(ScoredSplit& row, const checkpoint::Checkpoint& checkpoint, const models::Model& model);

/// How far the confidences of the row's predictions can be believed, by the model's own probabilities and by
/// its calibration, if it has one.
void add_reliability(ScoredSplit& row, const CarvedData& carved,
                     const std::optional<checkpoint::Calibration>& calibration);

/// "greedy", "beam 10"; "threshold" of a model that has no decoder.
std::string search_name(const models::Model& model, const search::SearchOptions& search);

}  // namespace tagloom::evaluation
