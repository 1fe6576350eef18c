#pragma once

/// `tagloom evaluate` as a library call: any number of checkpoints scored on any splits of one data set, next
/// to the score of always predicting the most frequent labels.

#include "distributed/world.hpp"
#include "evaluation/calibration.hpp"
#include "evaluation/compare_config.hpp"
#include "evaluation/metrics.hpp"
#include "evaluation/predict.hpp"
#include "evaluation/select_on.hpp"
#include "registry/registry.hpp"
#include "runtime/precision.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
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

/// A checkpoint that could not be scored.
struct Failure {
  /// Names the file and says why.
  std::string sentence;
  /// What LibTorch or a plugin said in full; often empty.
  std::string causes;
};

struct Comparison {
  Vocabulary vocabulary;
  /// What the cache holds for an image.
  FeatureShape feature_shape;
  std::vector<ScoredSplit> rows;
  std::vector<Failure> failures;
  /// Checkpoints that were not tried; none if all were.
  std::vector<std::filesystem::path> not_scored;
  /// Before all was scored; the last of `failures` says where.
  bool stopped = false;
};

/// Every checkpoint on every split, each kind of split headed by its baseline; `scored` is called as soon as
/// a row is known. A checkpoint that cannot be used does not keep the others from being scored. A signal ends
/// it between two batches, with the rows so far, or by `keep`, the process with it. Throws DataError and
/// UsageError for what concerns all of them.
Comparison compare(const CompareConfig& config, const registry::Registry& registry,
                   const std::function<void(const ScoredSplit&)>& scored);
/// The same by several processes, which all get the rows. Throws LostProcess.
Comparison compare(const CompareConfig& config, const registry::Registry& registry,
                   const std::function<void(const ScoredSplit&)>& scored, distributed::World& world);

}  // namespace tagloom::evaluation
