#pragma once

/// Where a training run stands, and the file that lets it go on: safetensors with the weights, the
/// optimiser's state, and the counters below in the metadata. All randomness follows from the seed and these
/// counters, so nothing else needs to be kept.

#include "training/objective.hpp"

#include <tagloom/weights/named_tensors.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace tagloom::training {

struct RunState {
  Stage stage = Stage::labels;
  /// The epoch at hand, from 1, and how many of its batches are done.
  std::int64_t epoch = 1;
  std::int64_t batch = 0;
  /// Steps of this stage so far.
  std::int64_t step = 0;
  /// The sum of the losses of this epoch's steps.
  double loss_sum = 0;
  /// What the epoch at hand took so far, and the whole run before it.
  double epoch_seconds = 0;
  double seconds = 0;
  double best_score = -1;
  std::int64_t best_epoch = 0;
  /// Lines of the log that are whole.
  std::int64_t log_lines = 0;
};

struct StoredRun {
  RunState state;
  /// training::described of the run.
  std::map<std::string, std::string> config;
  NamedTensors weights;
  NamedTensors optimizer;
  std::int64_t optimizer_steps = 0;
};

/// Written beside its final name and renamed when whole. Throws DataError if the disk is full or not
/// writable.
void write_run(const std::filesystem::path& path, const StoredRun& run);

/// Throws DataError if the file is missing or damaged.
StoredRun read_run(const std::filesystem::path& path);

/// Throws DataError if the run that was read from `path` was configured otherwise; the sentence names the
/// first setting that differs.
void check_same(const StoredRun& run, const std::map<std::string, std::string>& config,
                const std::filesystem::path& path);

}  // namespace tagloom::training
