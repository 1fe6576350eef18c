/// Predicted label alignment (Yazici et al., CVPR 2020, section 3.3): a label that the decoder predicted
/// keeps the step where it did so first; the labels that are left over share the free steps at the least
/// cost. The stop token keeps its place at step n + 1.
///
/// The authors' code looks for predictions at all steps, also after the n steps that labels can have: a label
/// predicted only there is neither moved nor aligned, so its step is arbitrary. Here only the first n steps
/// count; `compat` does as the authors' code.

#include <tagloom/loss.hpp>
#include <tagloom/nn/alignment.hpp>
#include <tagloom/nn/sequence_loss.hpp>
#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <set>

namespace tagloom {
namespace {

/// The labels of `targets` that were predicted at one of the first `steps` steps.
std::set<std::int64_t> predicted_labels(const StepScores& scores, std::span<const std::int64_t> targets,
                                        std::int64_t steps) {
  std::set<std::int64_t> common;
  for (std::int64_t step = 0; step < steps; ++step) {
    const std::int64_t label = scores.predicted(step);
    if (std::ranges::find(targets, label) != targets.end()) common.insert(label);
  }
  return common;
}

void align(const StepScores& scores, std::span<std::int64_t> targets, std::int64_t steps) {
  const std::set<std::int64_t> common = predicted_labels(scores, targets, steps);
  std::set<std::int64_t> unplaced = common;
  for (std::size_t step = 0; step < targets.size(); ++step) {
    const std::int64_t label = scores.predicted(static_cast<std::int64_t>(step));
    // Only the first of repeated predictions places a label.
    if (unplaced.erase(label) > 0) std::swap(targets[step], *std::ranges::find(targets, label));
  }
  std::vector<std::int64_t> rest;
  for (std::size_t step = 0; step < targets.size(); ++step) {
    if (!common.contains(targets[step])) rest.push_back(static_cast<std::int64_t>(step));
  }
  assign_cheapest(scores, targets, rest);
}

/// The same for a batch, by tensor operations: which label may be the target of which step. One that was
/// predicted at one of the steps that labels have is at the first of them, and nowhere else.
at::Tensor first_predictions(const BatchScores& scores) {
  const at::Tensor says =
      scores.says().narrow(1, 0, scores.labels.size(1)).logical_and(scores.is_label.unsqueeze(2));
  return says.logical_and(says.cumsum(1).eq(1));
}

at::Tensor where_predicted(const BatchScores& scores) {
  const at::Tensor first = first_predictions(scores);
  const at::Tensor is_free = first.any(2, true).logical_or(first.any(1, true)).logical_not();
  return first.logical_or(is_free);
}

/// As the authors' code: labels move to where they were predicted one after another, and one that was
/// predicted only after the last step that labels have stays where those moves left it.
at::Tensor where_moved(const BatchScores& scores) {
  const at::Tensor first = first_predictions(scores);
  const at::Tensor places = at::arange(scores.labels.size(1), scores.labels.options());
  // Which label is at a step, by its index.
  at::Tensor label_at = places.expand_as(scores.labels);
  for (std::int64_t step = 0; step < scores.labels.size(1); ++step) {
    const at::Tensor moves = first.select(1, step);
    const at::Tensor label = moves.to(at::kLong).argmax(1, /*keepdim=*/true);
    const at::Tensor here = label_at.narrow(1, step, 1);
    const at::Tensor swapped =
        at::where(label_at.eq(label), here, at::where(places.eq(step), label, label_at));
    label_at = at::where(moves.any(1, true), swapped, label_at);
  }
  const at::Tensor common = scores.says().any(1);
  const at::Tensor stays = label_at.unsqueeze(2).eq(places);
  const at::Tensor is_free =
      common.gather(1, label_at).unsqueeze(2).logical_or(common.unsqueeze(1)).logical_not();
  return at::where(common.unsqueeze(1), stays, is_free);
}

}  // namespace

class PredictedLabelAlignment : public Loss {
 public:
  static std::vector<OptionSpec> options() {
    auto specs = SequenceCrossEntropy::options();
    specs.push_back({.name = "compat",
                     .default_value = false,
                     .help = "look for predicted labels at all steps, as the authors' code"});
    return specs;
  }

  explicit PredictedLabelAlignment(const Options& options)
      : cross_entropy_(SequenceCrossEntropy::from(options)), compat_(options.flag("compat")) {}

  [[nodiscard]] LogitsKind logits_kind() const override { return LogitsKind::free_running; }
  [[nodiscard]] bool reads_steps_after_stop() const override { return compat_; }

  [[nodiscard]] at::Tensor targets(const at::Tensor& logits, const LabelBatch& labels) const override {
    if (aligns_in_tensors(logits, labels))
      return aligned_targets_in_tensors(logits, labels, compat_ ? where_moved : where_predicted);
    return aligned_targets(logits, labels, [this](const StepScores& scores, std::span<std::int64_t> targets) {
      align(scores, targets, compat_ ? scores.steps() : static_cast<std::int64_t>(targets.size()));
    });
  }

  [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch& labels) const override {
    at::Tensor total = cross_entropy_(logits, targets(logits, labels), labels.mask());
    return {total, {{"pla", total.detach()}}, cross_entropy_.weight(labels.mask())};
  }

 private:
  SequenceCrossEntropy cross_entropy_;
  bool compat_;
};

}  // namespace tagloom

TAGLOOM_LOSS(pla, tagloom::PredictedLabelAlignment,
             "Cross entropy with predicted labels where they were predicted, the rest in the cheapest order",
             "Yazici et al., Orderless Recurrent Models for Multi-label Classification, CVPR 2020")
