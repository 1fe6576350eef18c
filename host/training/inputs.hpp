#pragma once

/// What a training run reads: the data set with its splits, the features' caches, and what is computed from
/// them once.

#include "training/config.hpp"

#include <tagloom/datasets/dataset.hpp>
#include <tagloom/featurecache/stream.hpp>

#include <ATen/core/Tensor.h>

#include <vector>

namespace tagloom::training {

struct Inputs {
  datasets::Dataset data;
  LabelStatistics statistics;
  /// The features as they are, then their other views.
  std::vector<featurecache::CacheReader> caches;
  /// `train_rows[view][image]`: the row of a training image in each cache.
  std::vector<std::vector<std::int64_t>> train_rows;
  /// The images that choose the epoch, and their rows in the first cache.
  std::vector<datasets::Sample> selection;
  std::vector<std::int64_t> selection_rows;
  /// The hash of the names and labels of training and selection: what a resumed run must share.
  std::string labels_fingerprint;
  /// The longest label set of training and selection (`max_labels` at most), and its stop token.
  std::int64_t max_steps = 0;
  /// Images of training and selection that were left out, since a cache has no features of them.
  std::int64_t left_out = 0;

  [[nodiscard]] std::int64_t train_images() const { return static_cast<std::int64_t>(data.train.size()); }
  [[nodiscard]] const featurecache::CacheReader& cache() const { return caches.front(); }
};

/// Throws DataError for files that are missing, damaged or do not fit each other, UsageError where nothing
/// would be left to choose the epoch by.
Inputs read_inputs(const TrainConfig& config);

}  // namespace tagloom::training
