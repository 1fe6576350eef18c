#pragma once

/// `tagloom train` as a library call: cached features and label sequences in, the best checkpoint out.

#include "distributed/world.hpp"
#include "evaluation/metrics.hpp"
#include "registry/registry.hpp"
#include "training/config.hpp"

#include <tagloom/base/interrupt.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace tagloom::training {

/// What one epoch came to.
struct EpochReport {
  /// "concepts" while a concept layer is trained alone, else "labels".
  std::string stage;
  std::int64_t epoch = 0;
  std::int64_t epochs = 0;
  double loss = 0;
  double learning_rate = 0;
  double seconds = 0;
  /// On the split that selects; of the concept layer alone in its stage.
  evaluation::Metrics selection;
  /// This epoch's checkpoint is the best so far.
  bool best = false;
};

/// What a run says while it goes on, and asks.
struct TrainListener {
  std::function<void(const std::string&)> note = [](const std::string&) {};
  /// What makes the result another one than the user may think.
  std::function<void(const std::string&)> warn = [](const std::string&) {};
  std::function<void(const EpochReport&)> epoch = [](const EpochReport&) {};
  std::function<void(std::int64_t epoch, std::int64_t images, std::int64_t total)> step =
      [](std::int64_t, std::int64_t, std::int64_t) {};
  /// True ends the run after the step at hand, ready to be resumed.
  std::function<bool()> stop = stop_requested;
};

struct TrainResult {
  /// False if it was stopped; `resume` goes on.
  bool finished = false;
  std::int64_t best_epoch = 0;
  /// Per-class F1 of that epoch on the split that selects.
  double best_score = 0;
  std::int64_t parameters = 0;
  /// All sessions of the run together.
  double seconds = 0;
};

/// Adam with the one-cycle schedule, first for the concept layer where a decoder reads one, then for the
/// model. After each epoch the selecting split is predicted greedily, and the checkpoint with the best
/// per-class F1 is kept at `output`, the log of all epochs beside it as `output` + ".log.csv", and for
/// TensorBoard (event_log.hpp) where `tensorboard` says. After the
/// first step, then ever more rarely up to once a minute, and when stopped (by the listener, or by a signal
/// while epochs are judged), all that is needed to go on is written to `output` + ".state"; it is removed at
/// the end, when the checkpoint is marked as finished. On one thread a resumed run gives the same checkpoint
/// as an uninterrupted one. A signal that finds it in a step of more than five seconds, or waiting for a disk
/// that does not answer, ends the process (runtime/ends_in_time.hpp), with what was saved last. Meanwhile
/// `output` + ".lock" keeps other processes from the same files.
///
/// Throws, before the first step, DataError (files that are missing, do not fit, or are being written by
/// another process), UsageError (options) and PluginError; later NumericError (the loss became NaN; the best
/// checkpoint so far is kept), or Error for anything else that ends a run, after storing where it stands,
/// with the cause nested in it.
TrainResult train(const TrainConfig& config, const registry::Registry& registry,
                  const TrainListener& listener);
/// The same by several processes, each with `config.batch` images a step: together they take the steps of one
/// process with all these images as its batch (dropout apart, which each draws for itself). The first one
/// writes the files and reports epochs. When one is lost, the others throw LostProcess before the
/// first step, and Error likewise after it.
TrainResult train(const TrainConfig& config, const registry::Registry& registry,
                  const TrainListener& listener, distributed::World& world);

}  // namespace tagloom::training
