#pragma once

/// Aligning label sets with what a free-running decoder said (Yazici et al., CVPR 2020, section 3): which
/// label is the target of which step. The alignment carries no gradient.

#include <tagloom/labels.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace tagloom {

/// The permutation of least total cost, exactly: `result[row]` is the column of `row`. `cost` is row-major
/// `[n, n]` and finite. Successive shortest augmenting paths (the Hungarian method), O(n^3).
TAGLOOM_API std::vector<std::int64_t> minimum_cost_assignment(std::span<const double> cost, std::int64_t n);

/// What one image's decoder said, on the host.
class TAGLOOM_API StepScores {
 public:
  /// `log_probs` is row-major `[steps, outputs]` and must outlive this view.
  StepScores(std::span<const float> log_probs, std::int64_t outputs)
      : log_probs_(log_probs), outputs_(outputs) {}

  [[nodiscard]] std::int64_t steps() const { return static_cast<std::int64_t>(log_probs_.size()) / outputs_; }
  /// -log p of `label` at `step`.
  [[nodiscard]] double cost(std::int64_t step, std::int64_t label) const {
    return -static_cast<double>(log_probs_[static_cast<std::size_t>(step * outputs_ + label)]);
  }
  /// The most probable output of `step`; the lower index of equals.
  [[nodiscard]] std::int64_t predicted(std::int64_t step) const;

 private:
  std::span<const float> log_probs_;
  std::int64_t outputs_;
};

/// Rearranges the labels at `positions` of `targets` so that their total cost there is least.
TAGLOOM_API void assign_cheapest(const StepScores& scores, std::span<std::int64_t> targets,
                                 std::span<const std::int64_t> positions);

/// Targets `[batch, steps]` (int64, on the logits' device): each image's labels as `align` rearranged them,
/// then stops. `align` gets an image's scores and its labels in their order so far. The log-probabilities of
/// the whole batch are copied to the host once. Throws NumericError if they are not finite.
TAGLOOM_API at::Tensor aligned_targets(
    const at::Tensor& logits, const LabelBatch& labels,
    const std::function<void(const StepScores& scores, std::span<std::int64_t> targets)>& align);

}  // namespace tagloom
