#pragma once

/// What makes a model's probabilities confidences: fitted at the end of training, used whenever a label is
/// said to be so and so certain.

#include <cstdint>

namespace tagloom::checkpoint {

/// The confidence of a label that the model finds probable by `p` is sigmoid(logit(p) / temperature + bias).
/// As it stands here it is `p` itself.
struct Calibration {
  /// Above 1 for a model that is too sure of itself, below for one that is not sure enough; above 0.
  double temperature = 1;
  /// Above 0 for a model that finds all labels less probable than they are.
  double bias = 0;
  /// Validation images that it was fitted on.
  std::int64_t images = 0;
  /// Expected calibration error of the labels predicted for them (evaluation/calibration.hpp), without and
  /// with it.
  double error_before = 0;
  double error_after = 0;

  bool operator==(const Calibration&) const = default;
};

/// Finite and between 0 and 1 also for a `probability` that is rounded to one of these.
[[nodiscard]] double confidence(const Calibration& calibration, float probability);
/// That the sigmoid turns into `probability`; finite.
[[nodiscard]] double logit(float probability);

}  // namespace tagloom::checkpoint
