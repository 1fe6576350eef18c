#include "training/recorded_step.hpp"

#include <tagloom/base/error.hpp>

#include <ATen/ATen.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <fmt/format.h>

namespace tagloom::training {
namespace {

/// Steps that run as they are before one is recorded: libraries choose their kernels and take their memory in
/// the first ones, which a record may not.
constexpr int kWarmUp = 3;

std::vector<at::Tensor> tensors_of(const Features& features, const LabelBatch& labels) {
  std::vector<at::Tensor> tensors{labels.inputs, labels.targets, labels.lengths, labels.multi_hot};
  for (const at::Tensor& tensor : {features.pooled, features.map})
    if (tensor.defined()) tensors.push_back(tensor);
  return tensors;
}

Features copy_of(const Features& features) {
  const auto copy = [](const at::Tensor& tensor) { return tensor.defined() ? tensor.clone() : tensor; };
  return {copy(features.pooled), copy(features.map), {}};
}

LabelBatch copy_of(const LabelBatch& labels) {
  return {
      labels.inputs.clone(), labels.targets.clone(), labels.lengths.clone(), labels.multi_hot.clone(), {}};
}

}  // namespace

struct RecordedStep::Impl {
  Impl(std::vector<at::Tensor> trained, Step recorded)
      : parameters(std::move(trained)),
        step(std::move(recorded)),
        backend(c10::DeviceType::CUDA),
        stream(backend.getStreamFromGlobalPool(parameters.front().device())) {}

  /// On a stream of its own, since the default one cannot record; ordered after and before the current one.
  template <class Action>
  void beside(const Action& action) {
    const c10::Stream current = backend.getStream(stream.device());
    ordered(current, stream);
    {
      const c10::StreamGuard guard(stream);
      action();
    }
    ordered(stream, current);
  }

  static void ordered(const c10::Stream& first, const c10::Stream& then) {
    c10::Event event(c10::DeviceType::CUDA);
    event.record(first);
    event.block(then);
  }

  void record(const Features& some_features, const LabelBatch& some_labels) {
    features = copy_of(some_features);
    labels = copy_of(some_labels);
    for (at::Tensor& parameter : parameters)
      parameter.mutable_grad().reset();
    beside([&] {
      // The thread that reads ahead may call CUDA meanwhile.
      graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
      loss = step(features, labels);
      graph.capture_end();
    });
    for (const at::Tensor& parameter : parameters)
      gradients.push_back(parameter.grad());
  }

  bool fits(const Features& some_features, const LabelBatch& some_labels) const {
    const auto here = tensors_of(features, labels);
    const auto there = tensors_of(some_features, some_labels);
    return std::equal(here.begin(), here.end(), there.begin(), there.end(),
                      [](const at::Tensor& a, const at::Tensor& b) { return a.sizes() == b.sizes(); });
  }

  at::Tensor repeat(const Features& some_features, const LabelBatch& some_labels) {
    const auto to = tensors_of(features, labels);
    const auto from = tensors_of(some_features, some_labels);
    for (std::size_t i = 0; i < to.size(); ++i)
      to[i].copy_(from[i]);
    graph.replay();
    // The optimiser drops gradients after a step; the record fills the same ones again.
    for (std::size_t i = 0; i < parameters.size(); ++i)
      parameters[i].mutable_grad() = gradients[i];
    return loss;
  }

  std::vector<at::Tensor> parameters;
  Step step;
  c10::impl::VirtualGuardImpl backend;
  c10::Stream stream;
  at::cuda::CUDAGraph graph;
  int steps = 0;
  Features features;
  LabelBatch labels;
  at::Tensor loss;
  std::vector<at::Tensor> gradients;
};

bool has_cuda_graphs() {
  return true;
}

at::Tensor RecordedStep::operator()(const Features& features, const LabelBatch& labels) {
  Impl& my = *impl_;
  if (my.steps < kWarmUp) {
    ++my.steps;
    at::Tensor loss;
    my.beside([&] { loss = my.step(features, labels); });
    return loss;
  }
  if (my.gradients.empty()) {
    try {
      my.record(features, labels);
    } catch (const c10::Error& error) {
      throw UsageError(fmt::format("This model's step cannot be recorded: {}; leave out --cuda-graph.",
                                   error.what_without_backtrace()));
    }
  }
  return my.fits(features, labels) ? my.repeat(features, labels) : my.step(features, labels);
}

RecordedStep::RecordedStep(std::vector<at::Tensor> parameters, Step step)
    : impl_(std::make_unique<Impl>(std::move(parameters), std::move(step))) {}

RecordedStep::~RecordedStep() = default;

}  // namespace tagloom::training
