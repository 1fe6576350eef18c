#pragma once

/// The one-cycle learning-rate schedule (Smith & Topin, 2018) as PyTorch's OneCycleLR computes it with cosine
/// annealing and two phases: from `max_lr / div_factor` up to `max_lr`, then down to
/// `max_lr / div_factor / final_div_factor` at the last step.

#include <cstdint>

namespace tagloom::training {

struct OneCycle {
  double max_lr = 1e-4;
  std::int64_t total_steps = 1;
  /// The share of the steps that the rise takes.
  double pct_start = 0.2;
  double div_factor = 25;
  double final_div_factor = 1e4;

  /// The learning rate of step 0 .. total_steps - 1; later steps keep the last one.
  [[nodiscard]] double learning_rate(std::int64_t step) const;
};

}  // namespace tagloom::training
