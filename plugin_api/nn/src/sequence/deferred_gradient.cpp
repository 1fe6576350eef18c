#include <tagloom/nn/deferred_gradient.hpp>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <utility>

namespace tagloom {

struct DeferredGradient::Steps {
  Compute compute;
  std::vector<Contribution> contributions;
};

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::tensor_list;

/// Lets the shared steps travel in an autograd context.
struct DeferredSteps : torch::CustomClassHolder {
  explicit DeferredSteps(std::shared_ptr<DeferredGradient::Steps> held) : steps(std::move(held)) {}
  std::shared_ptr<DeferredGradient::Steps> steps;
};

/// From the source to the tie: its backward runs when those of all steps have.
struct Tie : Function<Tie> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& source,
                            const std::shared_ptr<DeferredGradient::Steps>& steps) {
    context->saved_data["steps"] = c10::IValue::make_capsule(c10::make_intrusive<DeferredSteps>(steps));
    return at::empty({0}, source.options());
  }
  static tensor_list backward(AutogradContext* context, const tensor_list& /*grad_tie*/) {
    auto& steps = *static_cast<DeferredSteps&>(*context->saved_data.at("steps").toCapsule()).steps;
    if (steps.contributions.empty()) return {at::Tensor(), at::Tensor()};
    at::Tensor grad_source = steps.compute(std::exchange(steps.contributions, {}));
    return {std::move(grad_source), at::Tensor()};
  }
};

}  // namespace

DeferredGradient::DeferredGradient(const at::Tensor& source, Compute compute)
    : steps_(std::make_shared<Steps>(Steps{.compute = std::move(compute), .contributions = {}})),
      tie_(at::GradMode::is_enabled() && source.requires_grad() ? Tie::apply(source, steps_)
                                                                : at::empty({0}, source.options())) {}

void DeferredGradient::add(Contribution contribution) const {
  steps_->contributions.push_back(std::move(contribution));
}

}  // namespace tagloom
