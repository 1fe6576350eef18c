/// Minimal loss alignment (Yazici et al., CVPR 2020, section 3.2): of all orders of an image's n labels over
/// the first n steps, the one that costs least is the target; the stop token keeps its place at step n + 1.
/// The order given by an ordering plugin therefore does not matter.

#include <tagloom/loss.hpp>
#include <tagloom/nn/alignment.hpp>
#include <tagloom/nn/sequence_loss.hpp>
#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

#include <numeric>

namespace tagloom {

class MinimalLossAlignment : public Loss {
 public:
  static std::vector<OptionSpec> options() { return SequenceCrossEntropy::options(); }

  explicit MinimalLossAlignment(const Options& options)
      : cross_entropy_(SequenceCrossEntropy::from(options)) {}

  [[nodiscard]] LogitsKind logits_kind() const override { return LogitsKind::free_running; }

  [[nodiscard]] at::Tensor targets(const at::Tensor& logits, const LabelBatch& labels) const override {
    if (aligns_in_tensors(logits, labels))
      return aligned_targets_in_tensors(logits, labels, [](const BatchScores& scores) {
        return at::ones({1, 1, 1}, scores.is_label.options());
      });
    return aligned_targets(logits, labels, [](const StepScores& scores, std::span<std::int64_t> targets) {
      std::vector<std::int64_t> positions(targets.size());
      std::iota(positions.begin(), positions.end(), 0);
      assign_cheapest(scores, targets, positions);
    });
  }

  [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch& labels) const override {
    at::Tensor total = cross_entropy_(logits, targets(logits, labels), labels.mask());
    return {total, {{"mla", total.detach()}}, cross_entropy_.weight(labels.mask())};
  }

 private:
  SequenceCrossEntropy cross_entropy_;
};

}  // namespace tagloom

TAGLOOM_LOSS(mla, tagloom::MinimalLossAlignment,
             "Cross entropy with the cheapest order of the labels as target",
             "Yazici et al., Orderless Recurrent Models for Multi-label Classification, CVPR 2020")
