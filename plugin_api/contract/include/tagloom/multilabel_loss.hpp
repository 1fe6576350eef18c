#pragma once

/// A multi-label loss scores a classifier's logits against label sets; no order is involved.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>

namespace tagloom {

/// Two instances may be used at the same time, each by a thread. Whatever is thrown becomes a sentence that
/// names the loss; nothing is printed on standard output, which belongs to results.
class TAGLOOM_API MultilabelLoss {
 public:
  MultilabelLoss() = default;
  MultilabelLoss(const MultilabelLoss&) = delete;
  MultilabelLoss& operator=(const MultilabelLoss&) = delete;
  virtual ~MultilabelLoss() = default;

  /// A float32 scalar with gradient, finite where the logits are: the mean over images and labels. Logits
  /// `[batch, labels]`, float32, and left as they are; `multi_hot` of the same shape: float32, 1 where the
  /// image has the label.
  [[nodiscard]] virtual at::Tensor compute(const at::Tensor& logits, const at::Tensor& multi_hot) const = 0;
};

}  // namespace tagloom
