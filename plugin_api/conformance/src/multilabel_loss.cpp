#include <tagloom/conformance/multilabel_loss.hpp>

#include <ATen/ATen.h>

#include <cmath>

namespace tagloom::conformance {

Violations check_multilabel_loss(const MultilabelLoss& loss) {
  Violations violations;
  const auto demand = [&](bool kept, const char* promise) {
    if (!kept) violations.emplace_back(promise);
  };
  const at::Tensor multi_hot = at::tensor({1.F, 0.F, 0.F, 1.F, 0.F, 0.F}).view({2, 3});
  at::Tensor logits = at::tensor({0.3F, -0.2F, 1.F, -1.F, 0.1F, 2.F}).view({2, 3}).set_requires_grad(true);
  const at::Tensor total = loss.compute(logits, multi_hot);
  demand(total.dim() == 0 && total.requires_grad(), "compute: the loss is not a scalar with gradient");
  if (!violations.empty()) return violations;
  demand(std::isfinite(total.item<double>()), "compute: the loss is not finite");
  total.backward();
  demand(logits.grad().defined() && logits.grad().abs().max().item<double>() > 0,
         "compute: the logits receive no gradient");
  const auto value = [&](const at::Tensor& scores, const at::Tensor& truth) {
    return loss.compute(scores, truth).item<double>();
  };
  const at::Tensor sure = (multi_hot * 2 - 1) * 50;
  demand(std::isfinite(value(-sure, multi_hot)), "compute: the loss of sure and wrong logits is not finite");
  demand(value(sure, multi_hot) < value(-sure, multi_hot),
         "compute: sure and right logits cost no less than sure and wrong ones");
  demand(std::isfinite(value(sure, at::zeros_like(multi_hot))),
         "compute: the loss of images without labels is not finite");
  return violations;
}

}  // namespace tagloom::conformance
