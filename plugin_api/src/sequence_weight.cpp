#include <tagloom/sequence_weight.hpp>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <utility>
#include <vector>

namespace tagloom {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::tensor_list;

/// What the steps of one sequence share.
struct SequenceWeight::Steps {
  /// As the parameter is, without gradient.
  at::Tensor parameter;
  at::ScalarType type;
  /// In `type`; made at the first product.
  at::Tensor cast;
  /// Of the backward pass: each step's output gradient and input, `[rows, out]` and `[rows, in]`.
  std::vector<at::Tensor> gradients;
  std::vector<at::Tensor> inputs;

  const at::Tensor& weight() {
    if (!cast.defined()) cast = parameter.to(type);
    return cast;
  }

  /// One product over the rows of all steps.
  at::Tensor weight_gradient() {
    const auto joined = [](std::vector<at::Tensor>& rows) {
      return rows.size() == 1 ? rows.front() : at::cat(rows);
    };
    const at::Tensor gradient = at::mm(joined(gradients).t(), joined(inputs)).to(at::kFloat);
    gradients.clear();
    inputs.clear();
    return gradient;
  }
};

namespace {

/// Lets a raw pointer to shared steps travel in an autograd context.
struct StepsHolder : torch::CustomClassHolder {
  explicit StepsHolder(std::shared_ptr<SequenceWeight::Steps> held) : steps(std::move(held)) {}
  std::shared_ptr<SequenceWeight::Steps> steps;
};

c10::IValue held(const std::shared_ptr<SequenceWeight::Steps>& steps) {
  return c10::IValue::make_capsule(c10::make_intrusive<StepsHolder>(steps));
}

SequenceWeight::Steps& steps_in(AutogradContext* context) {
  return *static_cast<StepsHolder&>(*context->saved_data.at("steps").toCapsule()).steps;
}

/// From the parameter to an empty tensor that all products depend on: its backward runs when theirs have.
struct Tie : Function<Tie> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& parameter,
                            const std::shared_ptr<SequenceWeight::Steps>& steps) {
    context->saved_data["steps"] = held(steps);
    return at::empty({0}, parameter.options());
  }
  static tensor_list backward(AutogradContext* context, const tensor_list& /*gradients*/) {
    SequenceWeight::Steps& steps = steps_in(context);
    if (steps.gradients.empty()) return {at::Tensor(), at::Tensor()};
    return {steps.weight_gradient(), at::Tensor()};
  }
};

struct StepProduct : Function<StepProduct> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& /*tie*/,
                            const std::shared_ptr<SequenceWeight::Steps>& steps) {
    const at::Tensor rows = x.to(steps->type);
    context->saved_data["steps"] = held(steps);
    context->saved_data["input_type"] = static_cast<std::int64_t>(x.scalar_type());
    context->saved_data["needs_input"] = x.requires_grad();
    context->save_for_backward({rows});
    return at::mm(rows, steps->weight().t()).to(at::kFloat);
  }
  static tensor_list backward(AutogradContext* context, const tensor_list& gradients) {
    SequenceWeight::Steps& steps = steps_in(context);
    const at::Tensor gradient = gradients[0].to(steps.type);
    steps.gradients.push_back(gradient);
    steps.inputs.push_back(context->get_saved_variables()[0]);
    at::Tensor of_input;
    if (context->saved_data["needs_input"].toBool())
      of_input = at::mm(gradient, steps.weight())
                     .to(static_cast<at::ScalarType>(context->saved_data["input_type"].toInt()));
    return {of_input, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

SequenceWeight::SequenceWeight(const at::Tensor& weight, at::ScalarType type)
    : steps_(std::make_shared<Steps>(
          Steps{.parameter = weight.detach(), .type = type, .cast = {}, .gradients = {}, .inputs = {}})) {
  if (at::GradMode::is_enabled() && weight.requires_grad()) tie_ = Tie::apply(weight, steps_);
}

at::Tensor SequenceWeight::operator()(const at::Tensor& x) const {
  const at::Tensor rows = x.dim() == 2 ? x : x.reshape({-1, x.size(-1)});
  at::Tensor y;
  if (at::GradMode::is_enabled() && (tie_.defined() || rows.requires_grad()))
    y = StepProduct::apply(rows, tie_.defined() ? tie_ : at::empty({0}), steps_);
  else
    y = at::mm(rows.to(steps_->type), steps_->weight().t()).to(at::kFloat);
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
