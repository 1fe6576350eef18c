#pragma once

/// The cross entropy of label sequences: what sequence losses have in common once their targets are known.

#include <tagloom/labels.hpp>
#include <tagloom/options.hpp>

#include <vector>

namespace tagloom {

struct TAGLOOM_API SequenceCrossEntropy {
  /// Average within each image first, then over the images; else over all tokens of the batch, so that long
  /// sequences weigh more.
  bool per_image = false;
  /// Probability spread evenly over all outputs.
  double label_smoothing = 0;

  /// The options `per_image` and `label_smoothing`, for a loss to declare, and their values.
  static std::vector<OptionSpec> options();
  static SequenceCrossEntropy from(const Options& options);

  /// A scalar: the mean of `-log softmax(logits)[target]` over the tokens that count, which are each image's
  /// labels and one stop. Logits `[batch, steps, labels + 1]`; targets `[batch, steps]`, int64; `counted`
  /// `[batch, steps]`, bool (LabelBatch::mask).
  [[nodiscard]] at::Tensor operator()(const at::Tensor& logits, const at::Tensor& targets,
                                      const at::Tensor& counted) const;
  /// What that is a mean over: LossValue::weight.
  [[nodiscard]] at::Tensor weight(const at::Tensor& counted) const;
};

}  // namespace tagloom
