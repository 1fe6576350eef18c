#include "training/recorded_step.hpp"

#include "runtime/cuda_graph.hpp"
#include "runtime/exceptions.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/nn/device_reads.hpp>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

namespace tagloom::training {
namespace {

/// Batches that run before one is recorded; of a further shape, whose libraries are warm, fewer.
constexpr int kWarmUp = 3;
constexpr int kWarmUpOfOthers = 1;

using Sizes = std::vector<std::vector<std::int64_t>>;

std::vector<at::Tensor> tensors_of(const Features& features, const LabelBatch& labels) {
  std::vector<at::Tensor> tensors{labels.inputs, labels.targets, labels.lengths, labels.multi_hot};
  for (const at::Tensor& tensor : {features.pooled, features.map})
    if (tensor.defined()) tensors.push_back(tensor);
  return tensors;
}

Sizes sizes_of(const Features& features, const LabelBatch& labels) {
  Sizes sizes;
  for (const at::Tensor& tensor : tensors_of(features, labels))
    sizes.push_back(tensor.sizes().vec());
  return sizes;
}

Features copy_of(const Features& features) {
  const auto copy = [](const at::Tensor& tensor) { return tensor.defined() ? tensor.clone() : tensor; };
  return {copy(features.pooled), copy(features.map), {}};
}

/// With empty sequences in place of its own: no recording could follow them.
LabelBatch without_sequences(const LabelBatch& labels) {
  return {labels.inputs, labels.targets, labels.lengths, labels.multi_hot,
          std::vector<std::vector<std::int64_t>>(labels.sequences.size())};
}

LabelBatch copy_of(const LabelBatch& labels) {
  LabelBatch copy = without_sequences(labels);
  for (at::Tensor* tensor : {&copy.inputs, &copy.targets, &copy.lengths, &copy.multi_hot})
    *tensor = tensor->clone();
  return copy;
}

bool are_alike(const at::Tensor& one, const at::Tensor& other) {
  // What the order of sums may do, and no more.
  constexpr double kTolerance = 1e-3;
  const double a = one.item<double>();
  const double b = other.item<double>();
  return std::abs(a - b) <= kTolerance * std::max(1.0, std::abs(a)) || (std::isnan(a) && std::isnan(b));
}

/// What is at the bottom of an error that passed through several hands.
std::string innermost(const std::exception& error) {
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& nested) {
    return innermost(nested);
  } catch (...) {
    return runtime::reason(error);
  }
  return runtime::reason(error);
}

/// What a step changes besides gradients, as it was: where a device's random numbers are, and buffers (means
/// over batches, say).
class Before {
 public:
  Before(c10::Device device, const std::vector<at::Tensor>& buffers)
      : generator_(at::globalContext().defaultGenerator(device)),
        state_(generator_.get_state()),
        buffers_(buffers) {
    for (const at::Tensor& buffer : buffers_)
      values_.push_back(buffer.clone());
  }

  void restore() {
    const at::NoGradGuard no_grad;
    generator_.set_state(state_);
    for (std::size_t i = 0; i < buffers_.size(); ++i)
      buffers_[i].copy_(values_[i]);
  }

 private:
  at::Generator generator_;
  at::Tensor state_;
  std::vector<at::Tensor> buffers_;
  std::vector<at::Tensor> values_;
};

}  // namespace

struct RecordedStep::Shape {
  Sizes sizes;
  int warm_up = 0;
  int runs = 0;
  /// What the recording reads.
  Features features;
  LabelBatch labels;
  std::unique_ptr<Recording> recording;
};

RecordedStep::RecordedStep(Trained trained, Step step, std::unique_ptr<Recorder> recorder, Settings settings)
    : parameters_(std::move(trained.parameters)),
      buffers_(std::move(trained.buffers)),
      step_(std::move(step)),
      recorder_(std::move(recorder)),
      settings_(std::move(settings)) {}

RecordedStep::~RecordedStep() = default;

at::Tensor RecordedStep::operator()(const Features& features, const LabelBatch& labels) {
  Shape* shape = recorder_ ? shape_of(features, labels) : nullptr;
  if (shape == nullptr) return step_(features, labels);
  if (!shape->recording && shape->runs < shape->warm_up) return warmed_up(*shape, features, labels);
  if (!shape->recording && !record(*shape, features, labels)) return step_(features, labels);
  return repeated(*shape, features, labels);
}

RecordedStep::Shape* RecordedStep::shape_of(const Features& features, const LabelBatch& labels) {
  Sizes sizes = sizes_of(features, labels);
  const auto found = std::ranges::find_if(shapes_, [&](const auto& shape) { return shape->sizes == sizes; });
  if (found != shapes_.end()) return found->get();
  if (shapes_.size() == kMostShapes) return nullptr;
  shapes_.push_back(std::make_unique<Shape>());
  shapes_.back()->sizes = std::move(sizes);
  shapes_.back()->warm_up = shapes_.size() == 1 ? kWarmUp : kWarmUpOfOthers;
  return shapes_.back().get();
}

Recorder::Action RecordedStep::action(const Features& features, const LabelBatch& labels) const {
  return [this, features, labels] {
    // A recording writes gradients and does not add to them.
    for (const at::Tensor& parameter : parameters_)
      parameter.mutable_grad().reset();
    std::vector<at::Tensor> results{step_(features, labels)};
    for (const at::Tensor& parameter : parameters_)
      results.push_back(parameter.grad());
    return results;
  };
}

at::Tensor RecordedStep::warmed_up(Shape& shape, const Features& features, const LabelBatch& labels) {
  ++shape.runs;
  if (shape.runs < shape.warm_up) return recorder_->run(action(features, labels)).front();
  Before before(labels.targets.device(), buffers_);
  at::Tensor rehearsed;
  std::string why = why_not_recorded(features, labels, rehearsed);
  before.restore();
  const at::Tensor loss = recorder_->run(action(features, labels)).front();
  if (why.empty() && !are_alike(loss, rehearsed)) why = "a loss reads the sequences of a batch";
  if (!why.empty()) give_up(why);
  return loss;
}

std::string RecordedStep::why_not_recorded(const Features& features, const LabelBatch& labels,
                                           at::Tensor& loss) const {
  try {
    const DeviceReads reads;
    loss = recorder_->run(action(features, without_sequences(labels))).front();
    if (!reads.first().empty()) return fmt::format("a step waits for the GPU in {}", reads.first());
    return {};
  } catch (const std::exception& error) {
    return innermost(error);
  }
}

bool RecordedStep::record(Shape& shape, const Features& features, const LabelBatch& labels) {
  Before before(labels.targets.device(), buffers_);
  shape.features = copy_of(features);
  shape.labels = copy_of(labels);
  try {
    shape.recording = recorder_->record(action(shape.features, shape.labels));
  } catch (const std::exception& error) {
    before.restore();
    for (const at::Tensor& parameter : parameters_)
      parameter.mutable_grad().reset();
    give_up(innermost(error));
    return false;
  }
  before.restore();
  return true;
}

at::Tensor RecordedStep::repeated(const Shape& shape, const Features& features, const LabelBatch& labels) {
  const auto to = tensors_of(shape.features, shape.labels);
  const auto from = tensors_of(features, labels);
  for (std::size_t i = 0; i < to.size(); ++i)
    to[i].copy_(from[i]);
  shape.recording->launch();
  // The optimiser drops gradients after a step; a launch fills the same ones again.
  const std::vector<at::Tensor>& results = shape.recording->results();
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    parameters_[i].mutable_grad() = results[i + 1];
  return results.front();
}

void RecordedStep::give_up(const std::string& why) {
  shapes_.clear();
  recorder_.reset();
  if (settings_.insists) throw runtime::cuda_graph_refused(why);
  settings_.note(fmt::format("Steps are not recorded as CUDA graphs: {}.", why));
}

}  // namespace tagloom::training
