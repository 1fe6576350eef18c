#pragma once

/// What a training run tells TensorBoard: its settings, and curves of its steps and epochs. All curves have
/// the step of the run, from 1 over all stages, as their abscissa. Those of epochs are called `epoch/` and as
/// their columns in the CSV (epoch_log.hpp), those between them `step/`; a concept layer's own stage has
/// `concepts/` in front.

#include "runtime/settings.hpp"
#include "training/event_file.hpp"
#include "training/train.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace tagloom::training {

class EventLog {
 public:
  /// The steps from one point of a curve to the next: reading a loss waits for the device.
  static constexpr std::int64_t kStepsAPoint = 20;

  /// How far an epoch is: its batches, and the sum of their losses.
  struct Progress {
    std::int64_t batches = 0;
    double loss_sum = 0;
  };

  struct Point {
    std::string stage;
    std::int64_t step = 0;
    double learning_rate = 0;
    Progress progress;
  };

  /// A new file in `folder`. What earlier ones say of `first_step` and later steps is shown no more. Throws
  /// DataError if it cannot be written, as do all below.
  EventLog(const std::filesystem::path& folder, std::int64_t first_step, const runtime::Settings& settings);

  void begin_epoch(const Progress& progress) { last_ = progress; }
  /// With the mean loss since the last point of the epoch, or since it was begun.
  void write_point(const Point& point);
  void write_epoch(const EpochReport& report, std::int64_t step);

 private:
  EventFile file_;
  Progress last_;
};

}  // namespace tagloom::training
