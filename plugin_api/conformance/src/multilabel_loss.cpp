#include "example.hpp"
#include "report.hpp"
#include "threads.hpp"

#include <tagloom/conformance/multilabel_loss.hpp>
#include <tagloom/conformance/promises/tensors.hpp>

#include <ATen/ATen.h>

#include <cmath>

namespace tagloom::conformance {
namespace {

at::Tensor example_truth() {
  return at::tensor({1.F, 0.F, 0.F, 1.F, 0.F, 0.F}).view({2, 3});
}

at::Tensor some_logits() {
  return at::tensor({0.3F, -0.2F, 1.F, -1.F, 0.1F, 2.F}).view({2, 3});
}

double value(const MultilabelLoss& loss, const at::Tensor& logits, const at::Tensor& truth) {
  return loss.compute(logits, truth).item<double>();
}

void check_gradient(Report& report, const MultilabelLoss& loss) {
  const at::Tensor logits = some_logits().set_requires_grad(true);
  const at::Tensor total = loss.compute(logits, example_truth());
  report.add(wrong_total(total, logits));
  if (!report.is_clean()) return;
  report.demand(is_finite(total), "compute: the total is not finite");
  report.demand(logits.equal(some_logits()), "compute: the logits that it was given are changed");
  total.backward();
  report.demand(logits.grad().defined() && logits.grad().abs().max().item<double>() > 0,
                "compute: the logits receive no gradient");
}

void check_values(Report& report, const MultilabelLoss& loss) {
  const at::Tensor truth = example_truth();
  const at::Tensor sure = (truth * 2 - 1) * 50;
  report.demand(std::isfinite(value(loss, -sure, truth)),
                "compute: the loss of sure and wrong logits is not finite");
  report.demand(value(loss, sure, truth) < value(loss, -sure, truth),
                "compute: sure and right logits cost no less than sure and wrong ones");
  report.demand(std::isfinite(value(loss, sure, at::zeros_like(truth))),
                "compute: the loss of images without labels is not finite");
  report.demand(std::isfinite(value(loss, sure.narrow(0, 0, 1), truth.narrow(0, 0, 1))),
                "compute: the loss of one image is not finite");
}

void check(Report& report, const CreateMultilabelLoss& create) {
  report.begin("its creation");
  const auto first = create();
  report.part("compute", [&] { check_gradient(report, *first); });
  if (!report.is_clean()) return;
  report.part("compute", [&] {
    check_values(report, *first);
    const auto second = create();
    check_threads(report, {.call = "compute",
                           .result = "losses",
                           .first = [&] { return first->compute(some_logits(), example_truth()); },
                           .second = [&] { return second->compute(some_logits(), example_truth()); },
                           .tolerance = kRounding});
  });
}

}  // namespace

Violations check_multilabel_loss(const CreateMultilabelLoss& create, const Observer& observer) {
  return watched(observer, [&](Report& report) { check(report, create); });
}

}  // namespace tagloom::conformance
