#include "example.hpp"
#include "module/instance.hpp"

#include <tagloom/conformance/autocast.hpp>
#include <tagloom/conformance/promises/tensors.hpp>

#include <ATen/ATen.h>

#include <algorithm>

namespace tagloom::conformance {
namespace {

/// While it lives, parameters are bfloat16 tensors, as those of products are while the host trains.
class Rounded {
 public:
  explicit Rounded(std::vector<at::Tensor> parameters) : parameters_(std::move(parameters)) {
    for (at::Tensor& parameter : parameters_) {
      exact_.push_back(parameter.detach());
      parameter.set_data(exact_.back().to(at::kBFloat16));
    }
  }
  ~Rounded() {
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      parameters_[i].set_data(exact_[i]);
  }
  Rounded(const Rounded&) = delete;
  Rounded& operator=(const Rounded&) = delete;

 private:
  std::vector<at::Tensor> parameters_;
  std::vector<at::Tensor> exact_;
};

bool all_are_parameters(const Instance& instance) {
  const auto parameters = instance.module->parameters();
  return std::ranges::all_of(instance.product_weights, [&](const at::Tensor& weight) {
    return std::ranges::any_of(parameters, [&](const at::Tensor& own) { return own.is_same(weight); });
  });
}

at::Tensor mixed_logits(const Instance& instance) {
  const AutocastScope mixed(at::kCPU, true);
  return instance.logits(at::kBFloat16);
}

}  // namespace

void check_mixed_precision(Report& report, const ModuleCase& test) {
  const Instance instance = created(test, 3);
  if (!all_are_parameters(instance)) {
    report.demand(false, "product_weights: one of them is no parameter of the decoder");
    return;
  }
  const at::Tensor exact = instance.logits(at::kFloat);
  const Gradients wanted = gradients(*instance.module, exact);

  const Rounded rounded(instance.product_weights);
  const at::Tensor logits = mixed_logits(instance);
  if (const Broken broken = test.broken(logits, at::kBFloat16)) {
    report.add(broken);
    return;
  }
  if (!is_finite(logits)) {
    report.demand(false, test.call + ": logits in mixed precision are not finite");
    return;
  }
  report.demand(close(logits.detach().to(at::kFloat), exact.detach(), kBfloat16Rounding),
                test.call + ": logits in mixed precision are far from those in float32");
  const Gradients found = gradients(*instance.module, logits);
  for (std::size_t i = 0; i < wanted.values.size(); ++i) {
    if (!wanted.values[i].defined()) continue;
    const bool arrives = found.values[i].defined();
    report.demand(arrives, "parameter " + found.names[i] + " receives no gradient in mixed precision");
    report.demand(
        !arrives || is_finite(found.values[i]),
        "parameter " + found.names[i] + " receives a gradient in mixed precision that is not finite");
  }
}

}  // namespace tagloom::conformance
