#pragma once

/// Aligning label sets with what a free-running decoder said (Yazici et al., CVPR 2020, section 3): which
/// label is the target of which step. The alignment carries no gradient.
///
/// There are two ways. An image at a time on the host is faster on a CPU. The whole batch where its logits
/// are reads nothing back: a GPU is not waited for, and a CUDA graph can hold it. `aligns_in_tensors` says
/// which is the one to take.

#include <tagloom/labels.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace tagloom {

/// The permutation of least total cost, exactly: `result[row]` is the column of `row`. `cost` is row-major
/// `[n, n]`; plus infinity forbids a pair. Without one permutation of allowed pairs, and with NaN, the result
/// is some permutation. Successive shortest augmenting paths (the Hungarian method), O(n^3).
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

/// Whether the batch is to be aligned where its logits are: on a GPU, unless it has more steps than can be
/// assigned there (nn/batched_assignment.hpp), and wherever its sequences on the host are empty (a recorded
/// step's are).
[[nodiscard]] TAGLOOM_API bool aligns_in_tensors(const at::Tensor& logits, const LabelBatch& labels);

/// A batch's labels beside what its decoder said, where the logits are. An image's last step is its stop's.
struct TAGLOOM_API BatchScores {
  /// `[batch, steps]`, int64: the most probable output of each step; the lower index of equals.
  at::Tensor predicted;
  /// `[batch, steps - 1]`, int64: the labels in their order so far, then stops.
  at::Tensor labels;
  /// `[batch, steps - 1]`, bool: where the labels are, which is also where their targets are.
  at::Tensor is_label;

  /// `[batch, steps, steps - 1]`, bool: whether a step's prediction is a label.
  [[nodiscard]] at::Tensor says() const;
};

/// The targets of `aligned_targets`, by `cheapest_permutations`. `allowed` says which label may be the target
/// of which step, `[batch, steps - 1, steps - 1]`, bool, step by label; of those the cheapest assignment is
/// taken. Some assignment must be allowed; that labels and what pads them do not mix is seen to. Outputs that
/// are not finite cost as much as anything can: no error here, but a loss that is no number.
[[nodiscard]] TAGLOOM_API at::Tensor aligned_targets_in_tensors(
    const at::Tensor& logits, const LabelBatch& labels,
    const std::function<at::Tensor(const BatchScores& scores)>& allowed);

}  // namespace tagloom
