#include <tagloom/base/error.hpp>
#include <tagloom/nn/device_reads.hpp>
#include <tagloom/nn/recorded_calls.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace tagloom {
namespace {

using Sizes = std::vector<std::vector<std::int64_t>>;

/// With the type behind them; an undefined tensor has neither.
Sizes sizes_of(const RecordedCalls::Tensors& tensors) {
  Sizes sizes;
  for (const at::Tensor& tensor : tensors) {
    sizes.emplace_back();
    if (!tensor.defined()) continue;
    sizes.back() = tensor.sizes().vec();
    sizes.back().push_back(static_cast<std::int64_t>(tensor.scalar_type()));
  }
  return sizes;
}

}  // namespace

struct RecordedCalls::Shape {
  Sizes sizes;
  int calls = 0;
  /// What the recording reads.
  Tensors arguments;
  std::unique_ptr<Recording> recording;
};

RecordedCalls::RecordedCalls(std::unique_ptr<Recorder> recorder, Function function, Settings settings)
    : recorder_(std::move(recorder)), function_(std::move(function)), settings_(std::move(settings)) {}

RecordedCalls::~RecordedCalls() = default;

RecordedCalls::Tensors RecordedCalls::operator()(const Tensors& arguments) {
  Shape* shape = recorder_ ? shape_of(arguments) : nullptr;
  if (shape == nullptr) return function_(arguments);
  if (!shape->recording && shape->calls < settings_.warm_up) return warmed_up(*shape, arguments);
  if (!shape->recording && !record(*shape, arguments)) return function_(arguments);
  for (std::size_t i = 0; i < arguments.size(); ++i)
    if (arguments[i].defined()) shape->arguments[i].copy_(arguments[i]);
  shape->recording->launch();
  return shape->recording->results();
}

RecordedCalls::Shape* RecordedCalls::shape_of(const Tensors& arguments) {
  Sizes sizes = sizes_of(arguments);
  const auto found = std::ranges::find_if(shapes_, [&](const auto& shape) { return shape->sizes == sizes; });
  if (found != shapes_.end()) return found->get();
  if (shapes_.size() == settings_.most_shapes) return nullptr;
  shapes_.push_back(std::make_unique<Shape>());
  shapes_.back()->sizes = std::move(sizes);
  return shapes_.back().get();
}

RecordedCalls::Tensors RecordedCalls::warmed_up(Shape& shape, const Tensors& arguments) {
  const auto run = [&] { return recorder_->run([&] { return function_(arguments); }); };
  // What the first calls fetch once, a later one would not.
  if (shape.calls + 1 < settings_.warm_up) {
    ++shape.calls;
    return run();
  }
  Tensors results;
  std::string waits;
  {
    const DeviceReads reads;
    results = run();
    waits = reads.first();
  }
  ++shape.calls;
  if (!waits.empty()) {
    give_up();
    settings_.note(std::runtime_error("a call waits for the GPU in " + waits));
  }
  return results;
}

/// A recorder's older recordings are void after one that fails.
void RecordedCalls::give_up() {
  shapes_.clear();
  recorder_.reset();
}

bool RecordedCalls::record(Shape& shape, const Tensors& arguments) {
  for (const at::Tensor& argument : arguments)
    shape.arguments.push_back(argument.defined() ? argument.clone() : argument);
  try {
    shape.recording = recorder_->record([&] { return function_(shape.arguments); });
    return true;
  } catch (const Error&) {
    give_up();
    settings_.failed();
    throw;
  } catch (const std::exception& error) {
    give_up();
    settings_.failed();
    settings_.note(error);
    return false;
  }
}

}  // namespace tagloom
