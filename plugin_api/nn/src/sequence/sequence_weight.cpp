#include "kernels/products.hpp"

#include <tagloom/nn/deferred_gradient.hpp>
#include <tagloom/nn/sequence_weight.hpp>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <utility>
#include <vector>

namespace tagloom {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::tensor_list;

namespace {

/// One product over the rows of all steps: `[out, in]`.
at::Tensor weight_gradient(const std::vector<DeferredGradient::Contribution>& steps) {
  if (steps.size() == 1) return transposed_times(steps[0].grad_output, steps[0].input);
  std::vector<at::Tensor> grad_outputs;
  std::vector<at::Tensor> inputs;
  for (const auto& [grad_output, input] : steps) {
    grad_outputs.push_back(grad_output);
    inputs.push_back(input);
  }
  return transposed_times(at::cat(grad_outputs), at::cat(inputs));
}

}  // namespace

/// What the steps of one sequence share.
struct SequenceWeight::Steps {
  Steps(const at::Tensor& weight, at::ScalarType product_type)
      : parameter(weight.detach()),
        type(product_type),
        grad_weight(weight, [own = weight.scalar_type()](const auto& steps) {
          return weight_gradient(steps).to(own);
        }) {}

  /// In `type`; cast at the first product.
  const at::Tensor& weight() {
    if (!cast.defined()) cast = operand(parameter, type);
    return cast;
  }

  at::Tensor parameter;
  at::ScalarType type;
  at::Tensor cast;
  DeferredGradient grad_weight;
};

namespace {

/// Lets the shared steps travel in an autograd context.
struct WeightSteps : torch::CustomClassHolder {
  explicit WeightSteps(std::shared_ptr<SequenceWeight::Steps> held) : steps(std::move(held)) {}
  std::shared_ptr<SequenceWeight::Steps> steps;
};

struct StepProduct : Function<StepProduct> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& /*tie*/,
                            const std::shared_ptr<SequenceWeight::Steps>& steps) {
    const at::Tensor rows = operand(x, steps->type);
    context->saved_data["steps"] = c10::IValue::make_capsule(c10::make_intrusive<WeightSteps>(steps));
    context->saved_data["input_type"] = static_cast<std::int64_t>(x.scalar_type());
    context->saved_data["needs_input"] = x.requires_grad();
    context->save_for_backward({rows});
    return times_transposed(rows, steps->weight()).to(at::kFloat);
  }
  static tensor_list backward(AutogradContext* context, const tensor_list& grad_outputs) {
    auto& steps = *static_cast<WeightSteps&>(*context->saved_data.at("steps").toCapsule()).steps;
    const at::Tensor grad_output = operand(grad_outputs[0], steps.type);
    if (steps.grad_weight.needed()) steps.grad_weight.add({grad_output, context->get_saved_variables()[0]});
    at::Tensor grad_input;
    if (context->saved_data["needs_input"].toBool())
      grad_input = times(grad_output, steps.weight())
                       .to(static_cast<at::ScalarType>(context->saved_data["input_type"].toInt()));
    return {grad_input, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

SequenceWeight::SequenceWeight(const at::Tensor& weight, at::ScalarType type)
    : steps_(std::make_shared<Steps>(weight, type)) {}

at::Tensor SequenceWeight::operator()(const at::Tensor& x) const {
  const at::Tensor rows = x.dim() == 2 ? x : x.reshape({-1, x.size(-1)});
  at::Tensor y;
  if (at::GradMode::is_enabled() && (steps_->grad_weight.needed() || rows.requires_grad()))
    y = StepProduct::apply(rows, steps_->grad_weight.tie(), steps_);
  else
    y = times_transposed(operand(rows, steps_->type), steps_->weight()).to(at::kFloat);
  if (x.dim() == 2) return y;
  std::vector<std::int64_t> sizes = x.sizes().vec();
  sizes.back() = y.size(1);
  return y.view(sizes);
}

at::Tensor product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                   at::ScalarType type) {
  const at::Tensor y = SequenceWeight(weight, type)(x);
  return bias.defined() ? y + bias : y;
}

}  // namespace tagloom
