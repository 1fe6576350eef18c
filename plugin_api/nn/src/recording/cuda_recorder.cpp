#include <tagloom/nn/recorder.hpp>

#include <ATen/ATen.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/cuda/CUDACachingAllocator.h>

#include <mutex>

namespace tagloom {
namespace {

class CudaRecording : public Recording {
 public:
  CudaRecording(std::unique_ptr<at::cuda::CUDAGraph> graph, std::vector<at::Tensor> results)
      : Recording(std::move(results)), graph_(std::move(graph)) {}

  void launch() override { graph_->replay(); }

 private:
  std::unique_ptr<at::cuda::CUDAGraph> graph_;
};

/// The device's random numbers while something is recorded. A recording that fails leaves LibTorch's
/// generator in the belief that it is still being recorded, after which no dropout runs; another state takes
/// its place.
class Generator {
 public:
  explicit Generator(c10::Device device)
      : generator_(at::globalContext().defaultGenerator(device)), before_(generator_.clone()) {}

  void forget_recording() { generator_.graphsafe_set_state(before_); }

 private:
  at::Generator generator_;
  at::Generator before_;
};

class CudaRecorder : public Recorder {
 public:
  explicit CudaRecorder(c10::Device device)
      : backend_(c10::DeviceType::CUDA),
        stream_(backend_.getStreamFromGlobalPool(device.has_index() ? device : backend_.getDevice())),
        pool_(at::cuda::graph_pool_handle()) {}

  /// What lay in the pool would be nobody's until memory runs out.
  ~CudaRecorder() override { c10::cuda::CUDACachingAllocator::emptyCache(); }

  std::vector<at::Tensor> run(const Action& action) override { return beside(action); }

  std::unique_ptr<Recording> record(const Action& action) override {
    // LibTorch's memory can be recorded for one graph at a time.
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    auto graph = std::make_unique<at::cuda::CUDAGraph>();
    Generator generator(stream_.device());
    std::vector<at::Tensor> results = beside([&] {
      // Threads that read ahead or prepare images may call CUDA meanwhile.
      graph->capture_begin(pool_, cudaStreamCaptureModeThreadLocal);
      try {
        std::vector<at::Tensor> recorded = action();
        graph->capture_end();
        return recorded;
      } catch (...) {
        end_failed(*graph);
        generator.forget_recording();
        throw;
      }
    });
    return std::make_unique<CudaRecording>(std::move(graph), std::move(results));
  }

 private:
  /// On a stream of its own, since the default one cannot record; ordered after and before the current one.
  template <class Do>
  std::vector<at::Tensor> beside(const Do& action) {
    const c10::Stream current = backend_.getStream(stream_.device());
    ordered(current, stream_);
    std::vector<at::Tensor> results;
    {
      const c10::StreamGuard guard(stream_);
      results = action();
    }
    ordered(stream_, current);
    return results;
  }

  static void ordered(const c10::Stream& first, const c10::Stream& then) {
    c10::Event event(c10::DeviceType::CUDA);
    event.record(first);
    event.block(then);
  }

  /// Whatever made it fail, the stream records no longer, and the allocator knows it.
  void end_failed(at::cuda::CUDAGraph& graph) const {
    try {
      graph.capture_end();
    } catch (const c10::Error&) {
      // CUDA ends a recording that it has declared void with an error, at which LibTorch stops half way.
      c10::cuda::CUDACachingAllocator::endAllocateToPool(stream_.device_index(), pool_);
    }
  }

  c10::impl::VirtualGuardImpl backend_;
  c10::Stream stream_;
  c10::cuda::MempoolId_t pool_;
};

}  // namespace

bool has_cuda_graphs() {
  return true;
}

std::unique_ptr<Recorder> cuda_recorder(c10::Device device) {
  return std::make_unique<CudaRecorder>(device);
}

}  // namespace tagloom
