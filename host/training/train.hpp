#pragma once

/// `tagloom train` as a library call: cached features and label sequences in, the best checkpoint out.

#include "evaluation/metrics.hpp"
#include "plugins/registry.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace tagloom::training {

struct TrainConfig {
  std::filesystem::path data;
  std::filesystem::path cache;
  std::filesystem::path output;
  std::string decoder = "ria";
  std::string ordering = "rare_first";
  std::string loss = "cross_entropy";
  plugins::Assignments decoder_options;
  plugins::Assignments ordering_options;
  plugins::Assignments loss_options;
  /// Word vectors in GloVe's text format; embeddings are learned when empty.
  std::filesystem::path embeddings;
  std::int64_t epochs = 40;
  std::int64_t batch = 32;
  double learning_rate = 1e-4;
  double pct_start = 0.2;
  double validation = 0.1;
  std::uint64_t seed = 1;
  /// "cpu", "cuda", or "auto": CUDA when LibTorch sees a device.
  std::string device = "auto";
};

/// What one epoch came to.
struct EpochReport {
  std::int64_t epoch = 0;
  std::int64_t epochs = 0;
  double loss = 0;
  double learning_rate = 0;
  double seconds = 0;
  evaluation::Metrics validation;
  /// This epoch's checkpoint is the best so far.
  bool best = false;
};

/// What a run says while it goes on.
struct TrainListener {
  std::function<void(const std::string&)> note = [](const std::string&) {};
  std::function<void(const EpochReport&)> epoch = [](const EpochReport&) {};
  std::function<void(std::int64_t epoch, std::int64_t images, std::int64_t total)> step =
      [](std::int64_t, std::int64_t, std::int64_t) {};
};

struct TrainResult {
  std::int64_t best_epoch = 0;
  evaluation::Metrics best_validation;
  std::int64_t parameters = 0;
  double seconds = 0;
};

/// Adam with the one-cycle schedule; after each epoch greedy search on the validation split, and the
/// checkpoint with the best per-class F1 there is kept at `output`, the log of all epochs beside it as
/// `output` + ".log.csv". Throws DataError (files that are missing or do not fit), UsageError (options),
/// PluginError, NumericError (the loss became NaN; the best checkpoint so far is kept).
TrainResult train(const TrainConfig& config, const plugins::Registry& registry,
                  const TrainListener& listener);

}  // namespace tagloom::training
