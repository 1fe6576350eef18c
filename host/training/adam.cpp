#include "training/adam.hpp"

#include <tagloom/error.hpp>
#include <tagloom/vectorised.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tagloom::training {
namespace {

/// What one step does to every number, in the order of PyTorch's: bias corrections are folded into these two.
struct Update {
  float beta1;
  float beta2;
  float step_size;
  float root_correction;
  float epsilon;
  float gradient_scale;
  float average_decay;
};

struct Slices {
  float* weight;
  const float* gradient;
  float* first;
  float* second;
  float* average;  // null without averages
};

/// One pass over memory, which is what bounds it.
TAGLOOM_VECTORISED void update_range(const Slices& s, const Update& u, std::int64_t begin, std::int64_t end) {
  for (std::int64_t i = begin; i < end; ++i) {
    const float gradient = s.gradient[i] * u.gradient_scale;
    const float first = u.beta1 * s.first[i] + (1 - u.beta1) * gradient;
    const float second = u.beta2 * s.second[i] + (1 - u.beta2) * gradient * gradient;
    s.first[i] = first;
    s.second[i] = second;
    s.weight[i] -= u.step_size * first / (__builtin_sqrtf(second) * u.root_correction + u.epsilon);
  }
  if (s.average == nullptr) return;
  for (std::int64_t i = begin; i < end; ++i)
    s.average[i] = u.average_decay * s.average[i] + (1 - u.average_decay) * s.weight[i];
}

void update_on_cpu(const Slices& slices, const Update& update, std::int64_t count) {
  constexpr std::int64_t kGrain = 1 << 14;
  at::parallel_for(0, count, kGrain,
                   [&](std::int64_t begin, std::int64_t end) { update_range(slices, update, begin, end); });
}

void update_elsewhere(at::Tensor& weight, const at::Tensor& raw_gradient, at::Tensor& first,
                      at::Tensor& second, at::Tensor* average, const Update& u) {
  const at::Tensor gradient = raw_gradient * u.gradient_scale;
  first.mul_(u.beta1).add_(gradient, 1 - u.beta1);
  second.mul_(u.beta2).addcmul_(gradient, gradient, 1 - u.beta2);
  weight.addcdiv_(first, second.sqrt().mul_(u.root_correction).add_(u.epsilon), -u.step_size);
  if (average != nullptr) average->mul_(u.average_decay).add_(weight, 1 - u.average_decay);
}

}  // namespace

Adam::Adam(std::vector<at::Tensor> parameters, Settings settings)
    : parameters_(std::move(parameters)), settings_(settings) {
  for (const at::Tensor& parameter : parameters_) {
    first_moments_.push_back(at::zeros_like(parameter));
    second_moments_.push_back(at::zeros_like(parameter));
    if (settings_.average_decay > 0) averages_.push_back(parameter.detach().clone());
  }
}

void Adam::zero_grad() {
  for (at::Tensor& parameter : parameters_)
    parameter.mutable_grad().reset();
}

double Adam::clip_factor() const {
  if (settings_.clip_norm <= 0) return 1;
  at::Tensor squares;
  for (const at::Tensor& parameter : parameters_) {
    if (!parameter.grad().defined()) continue;
    const at::Tensor square = parameter.grad().square().sum().to(at::kDouble);
    squares = squares.defined() ? squares + square : square;
  }
  const double norm = squares.defined() ? std::sqrt(squares.item<double>()) : 0;
  return std::min(1.0, settings_.clip_norm / (norm + 1e-6));
}

void Adam::step(double learning_rate) {
  const at::NoGradGuard no_grad;
  ++steps_;
  const auto n = static_cast<double>(steps_);
  const Update update{
      .beta1 = static_cast<float>(settings_.beta1),
      .beta2 = static_cast<float>(settings_.beta2),
      .step_size = static_cast<float>(learning_rate / (1 - std::pow(settings_.beta1, n))),
      .root_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(settings_.beta2, n))),
      .epsilon = static_cast<float>(settings_.epsilon),
      .gradient_scale = static_cast<float>(clip_factor()),
      .average_decay = static_cast<float>(std::min(settings_.average_decay, (1 + n) / (10 + n)))};
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    at::Tensor& weight = parameters_[i];
    if (!weight.grad().defined()) continue;
    at::Tensor* average = averages_.empty() ? nullptr : &averages_[i];
    const at::Tensor gradient = weight.grad().contiguous();
    if (weight.is_cpu())
      update_on_cpu(
          {weight.data_ptr<float>(), gradient.data_ptr<float>(), first_moments_[i].data_ptr<float>(),
           second_moments_[i].data_ptr<float>(), average ? average->data_ptr<float>() : nullptr},
          update, weight.numel());
    else
      update_elsewhere(weight, gradient, first_moments_[i], second_moments_[i], average, update);
  }
}

void Adam::swap_averages() {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < averages_.size(); ++i) {
    const at::Tensor weight = parameters_[i].detach().clone();
    parameters_[i].copy_(averages_[i]);
    averages_[i].copy_(weight);
  }
}

NamedTensors Adam::state() const {
  NamedTensors state;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    state.emplace_back(fmt::format("first.{}", i), first_moments_[i]);
    state.emplace_back(fmt::format("second.{}", i), second_moments_[i]);
    if (!averages_.empty()) state.emplace_back(fmt::format("average.{}", i), averages_[i]);
  }
  return state;
}

void Adam::restore(const NamedTensors& stored, std::int64_t steps) {
  const NamedTensors own = state();
  const auto fits = [&](std::size_t i) {
    return stored[i].first == own[i].first && stored[i].second.sizes() == own[i].second.sizes();
  };
  bool fit = stored.size() == own.size();
  for (std::size_t i = 0; fit && i < own.size(); ++i)
    fit = fits(i);
  if (!fit)
    throw DataError("The stored state of the optimiser does not fit this model; start training afresh.");
  for (std::size_t i = 0; i < own.size(); ++i)
    own[i].second.copy_(stored[i].second);
  steps_ = steps;
}

}  // namespace tagloom::training
