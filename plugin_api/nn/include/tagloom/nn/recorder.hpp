#pragma once

/// Doing the same again with one launch: what an action makes a device do is recorded once and launched as
/// often as is wanted, for work whose kernels are shorter than it takes to launch them. On a GPU a recording
/// is a CUDA graph; a build without CUDA has none.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace tagloom {

class TAGLOOM_API Recording {
 public:
  explicit Recording(std::vector<at::Tensor> results) : results_(std::move(results)) {}
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  virtual ~Recording() = default;

  /// Does on the current stream what the action did, with what its tensors hold now.
  virtual void launch() = 0;
  /// What the action returned, which each launch overwrites.
  [[nodiscard]] const std::vector<at::Tensor>& results() const { return results_; }

 private:
  std::vector<at::Tensor> results_;
};

class TAGLOOM_API Recorder {
 public:
  using Action = std::function<std::vector<at::Tensor>()>;

  Recorder() = default;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  virtual ~Recorder() = default;

  /// Does what the action says, where it would be recorded: libraries choose their kernels and take their
  /// memory the first times, which a recording may not.
  virtual std::vector<at::Tensor> run(const Action& action) = 0;
  /// Records it without doing it. The recordings of one recorder share the memory of their intermediate
  /// results, and so must be launched one after another. Throws what the action throws, and c10::Error for
  /// what cannot be recorded; the device can be used as before then, but neither older recordings of this
  /// recorder nor anybody's that draw random numbers.
  virtual std::unique_ptr<Recording> record(const Action& action) = 0;
};

/// Whether this build records on a GPU: a LibTorch with CUDA, and CUDA's headers.
[[nodiscard]] TAGLOOM_API bool has_cuda_graphs();

/// One for a GPU; nothing in a build without.
[[nodiscard]] TAGLOOM_API std::unique_ptr<Recorder> cuda_recorder(c10::Device device);

}  // namespace tagloom
