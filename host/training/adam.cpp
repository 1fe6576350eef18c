#include "training/adam.hpp"

#include "training/adam_on_device.hpp"
#include "training/adam_update.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/vectorised.hpp>
#include <tagloom/nn/bfloat16.hpp>
#include <tagloom/nn/one_chunk.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tagloom::training {
namespace {

/// Equally long pieces of what belongs to one parameter.
struct Slices {
  float* weight;
  const float* grad;
  float* first;
  float* second;
  float* average;  // null without averages
  float grad_scale;
};

/// One pass over memory, which is what bounds it. Taken by value: what lies in memory would have to be read
/// again after every number that is written.
TAGLOOM_VECTORISED void update_range(Slices s, AdamUpdate u, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    const float grad = s.grad[i] * s.grad_scale;
    const float first = u.beta1 * s.first[i] + (1 - u.beta1) * grad;
    const float second = u.beta2 * s.second[i] + (1 - u.beta2) * grad * grad;
    s.first[i] = first;
    s.second[i] = second;
    s.weight[i] -= u.step_size * first / (__builtin_sqrtf(second) * u.root_correction + u.epsilon);
  }
  if (s.average == nullptr) return;
  for (std::int64_t i = 0; i < count; ++i)
    s.average[i] = u.average_decay * s.average[i] + (1 - u.average_decay) * s.weight[i];
}

/// Pieces that stay in the innermost cache while they are widened, updated and rounded.
constexpr std::int64_t kPiece = 1024;

void update_on_cpu(const AdamState& t, const AdamUpdate& update, const at::Tensor& grad_scale) {
  constexpr std::int64_t kGrain = 16 * kPiece;
  const float scale = grad_scale.defined() ? grad_scale.item<float>() : 1;
  at::parallel_for(0, t.master.numel(), kGrain, [&](std::int64_t begin, std::int64_t end) {
    std::array<float, kPiece> widened;
    for (std::int64_t at = begin; at < end; at += kPiece) {
      const std::int64_t count = std::min(kPiece, end - at);
      const float* grad = widened.data();
      if (t.grad.scalar_type() == at::kFloat)
        grad = t.grad.data_ptr<float>() + at;
      else
        widen(t.grad.data_ptr<at::BFloat16>() + at, widened.data(), count);
      float* weight = t.master.data_ptr<float>() + at;
      update_range({weight, grad, t.first.data_ptr<float>() + at, t.second.data_ptr<float>() + at,
                    t.average.defined() ? t.average.data_ptr<float>() + at : nullptr, scale},
                   update, count);
      if (t.rounded.defined()) narrow(weight, t.rounded.data_ptr<at::BFloat16>() + at, count);
    }
  });
}

void update_elsewhere(const AdamState& t, const AdamUpdate& u, const at::Tensor& grad_scale) {
  at::Tensor grad = t.grad.to(at::kFloat);
  if (grad_scale.defined()) grad = grad * grad_scale;
  t.first.mul_(u.beta1).add_(grad, 1 - u.beta1);
  t.second.mul_(u.beta2).addcmul_(grad, grad, 1 - u.beta2);
  t.master.addcdiv_(t.first, t.second.sqrt().mul_(u.root_correction).add_(u.epsilon), -u.step_size);
  if (t.average.defined()) t.average.mul_(u.average_decay).add_(t.master, 1 - u.average_decay);
  if (t.rounded.defined()) t.rounded.copy_(t.master);
}

bool is_one_of(const std::vector<at::Tensor>& tensors, const at::Tensor& wanted) {
  return std::ranges::any_of(tensors, [&](const at::Tensor& tensor) { return tensor.is_same(wanted); });
}

}  // namespace

Adam::Adam(std::vector<at::Tensor> parameters, Settings settings, const std::vector<at::Tensor>& in_bfloat16)
    : parameters_(std::move(parameters)), settings_(settings) {
  std::vector<at::Tensor> to_round;
  for (const at::Tensor& parameter : parameters_) {
    masters_.push_back(parameter.detach());
    if (is_one_of(in_bfloat16, parameter)) to_round.push_back(masters_.back());
    first_moments_.push_back(at::zeros_like(masters_.back()));
    second_moments_.push_back(at::zeros_like(masters_.back()));
    if (settings_.average_decay > 0) averages_.push_back(masters_.back().clone());
  }
  const std::vector<at::Tensor> rounded = laid_out_alike(to_round, at::kBFloat16);
  auto next = rounded.begin();
  for (const at::Tensor& parameter : parameters_)
    rounded_.push_back(is_one_of(in_bfloat16, parameter) ? *next++ : at::Tensor());
  show(Weights::training);
}

Adam::~Adam() {
  show(Weights::current);
}

void Adam::show(Weights weights) {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    // A gradient of one type may not stay with a parameter of the other.
    parameters_[i].mutable_grad().reset();
    if (weights == Weights::averaged && !averages_.empty())
      parameters_[i].set_data(averages_[i]);
    else if (weights == Weights::training && rounded_[i].defined())
      parameters_[i].set_data(rounded_[i].copy_(masters_[i]));
    else
      parameters_[i].set_data(masters_[i]);
  }
}

void Adam::zero_grad() {
  for (at::Tensor& parameter : parameters_)
    parameter.mutable_grad().reset();
}

at::Tensor Adam::grad_scale() const {
  if (settings_.clip_norm <= 0) return {};
  at::Tensor squares;
  for (const at::Tensor& parameter : parameters_) {
    if (!parameter.grad().defined()) continue;
    const at::Tensor square =
        at::linalg_vector_norm(parameter.grad(), 2, {}, false, at::kFloat).to(at::kDouble).square();
    squares = squares.defined() ? squares + square : square;
  }
  if (!squares.defined()) return {};
  return (settings_.clip_norm / (squares.sqrt() + 1e-6)).clamp_max(1).to(at::kFloat);
}

void Adam::step(double learning_rate) {
  const at::NoGradGuard no_grad;
  ++steps_;
  const auto n = static_cast<double>(steps_);
  const AdamUpdate update{
      .beta1 = static_cast<float>(settings_.beta1),
      .beta2 = static_cast<float>(settings_.beta2),
      .step_size = static_cast<float>(learning_rate / (1 - std::pow(settings_.beta1, n))),
      .root_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(settings_.beta2, n))),
      .epsilon = static_cast<float>(settings_.epsilon),
      .average_decay = static_cast<float>(std::min(settings_.average_decay, (1 + n) / (10 + n)))};
  std::vector<AdamState> trained;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].grad().defined()) continue;
    trained.push_back({.master = masters_[i],
                       .rounded = rounded_[i],
                       .grad = parameters_[i].grad().contiguous(),
                       .first = first_moments_[i],
                       .second = second_moments_[i],
                       .average = averages_.empty() ? at::Tensor() : averages_[i]});
  }
  if (adam_on_device::available(trained)) return adam_on_device::step(trained, update, settings_.clip_norm);
  const at::Tensor scale = grad_scale();
  for (const AdamState& parameter : trained)
    parameter.master.is_cpu() ? update_on_cpu(parameter, update, scale)
                              : update_elsewhere(parameter, update, scale);
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
