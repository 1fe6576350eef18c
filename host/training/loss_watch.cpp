#include "training/loss_watch.hpp"

#include "registry/promises.hpp"

#include <tagloom/conformance/promises/loss.hpp>
#include <tagloom/conformance/promises/tensors.hpp>
#include <tagloom/loss.hpp>

#include <ATen/ATen.h>

namespace tagloom::training {

void LossWatch::look_at_targets(const Loss& loss, const at::Tensor& logits, const LabelBatch& labels) {
  if (saw_targets_) return;
  const at::NoGradGuard no_grad;
  registry::require_kept(kind_, name_, conformance::broken_targets(loss.targets(logits, labels), logits));
  saw_targets_ = true;
}

void LossWatch::look_at_total(const at::Tensor& total, const at::Tensor& logits) {
  if (saw_total_) return;
  if (!conformance::is_finite(total) && conformance::is_finite(logits))
    registry::require_kept(kind_, name_, conformance::Broken("compute: the total is not finite"));
  saw_total_ = true;
}

}  // namespace tagloom::training
