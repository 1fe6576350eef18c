#pragma once

/// What makes a model's probabilities confidences: fitted at the end of training, used whenever a label is
/// said to be so and so certain.

#include <cstdint>

namespace tagloom::checkpoint {

struct Calibration {
  /// What logits are divided by: above 1 for a model that is too sure of itself, below for one that is not
  /// sure enough.
  double temperature = 1;
  /// Validation images that it was fitted on.
  std::int64_t images = 0;
  /// Expected calibration error of the labels emitted for them (evaluation/calibration.hpp), as the model
  /// has them and under the temperature.
  double error_before = 0;
  double error_after = 0;

  bool operator==(const Calibration&) const = default;
};

}  // namespace tagloom::checkpoint
