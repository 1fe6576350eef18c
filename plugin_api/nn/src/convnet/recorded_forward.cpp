#include "convnet/recorded_forward.hpp"

#include <ATen/ATen.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace tagloom {
namespace {

/// Batches of a size that run as they are before one is recorded: libraries choose their kernels and take
/// their memory in the first ones, which a record may not.
constexpr int kWarmUpBatches = 2;
/// Each holds the memory of a whole pass.
constexpr std::size_t kMostSizes = 2;

}  // namespace

struct RecordedForward::Impl {
  struct Record {
    int batches = 0;
    at::cuda::CUDAGraph graph = {};
    at::Tensor input = {};
    at::Tensor output = {};
  };

  /// On a stream of its own, since the default one cannot record; ordered after and before the current one.
  void record(Record& made, const at::Tensor& images) {
    // LibTorch's memory can be recorded for one graph at a time.
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    const c10::impl::VirtualGuardImpl backend(images.device().type());
    const c10::Stream current = backend.getStream(images.device());
    const c10::Stream own = backend.getStreamFromGlobalPool(images.device());
    made.input = images.clone();
    ordered(current, own);
    {
      const c10::StreamGuard guard(own);
      // Threads that prepare images may call CUDA meanwhile.
      made.graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
      try {
        made.output = forward(made.input);
      } catch (...) {
        end(made.graph);
        throw;
      }
      made.graph.capture_end();
    }
    ordered(own, current);
  }

  static void ordered(const c10::Stream& first, const c10::Stream& then) {
    c10::Event event(c10::DeviceType::CUDA);
    event.record(first);
    event.block(then);
  }

  /// A record that failed ends with an error of its own.
  static void end(at::cuda::CUDAGraph& graph) {
    try {
      graph.capture_end();
    } catch (const c10::Error&) {
    }
  }

  Forward forward;
  bool fails = false;
  std::map<std::vector<std::int64_t>, Record> records = {};
};

bool RecordedForward::is_possible() {
  return true;
}

RecordedForward::RecordedForward(Forward forward) : impl_(new Impl{.forward = std::move(forward)}) {}

RecordedForward::~RecordedForward() = default;

at::Tensor RecordedForward::operator()(const at::Tensor& images) {
  Impl& my = *impl_;
  const std::vector<std::int64_t> size = images.sizes().vec();
  if (my.fails || (my.records.size() == kMostSizes && !my.records.contains(size))) return my.forward(images);
  Impl::Record& record = my.records[size];
  if (record.batches < kWarmUpBatches) {
    ++record.batches;
    return my.forward(images);
  }
  if (!record.output.defined()) {
    try {
      my.record(record, images);
    } catch (const c10::Error& error) {
      my.fails = true;
      TORCH_WARN("The encoder's work could not be recorded as a CUDA graph (", error.what_without_backtrace(),
                 "); it is launched piece by piece, which is slower.");
      return my.forward(images);
    }
  }
  record.input.copy_(images);
  record.graph.replay();
  // The next batch overwrites what the record wrote.
  return record.output.clone();
}

}  // namespace tagloom
