#pragma once

/// Kernels of a GPU in CUDA C++ that are compiled when they are first needed, for the GPU that is there, by
/// NVRTC, which comes with every LibTorch that has CUDA. One kernel stands for dozens of LibTorch's, each of
/// which reads and writes all of its tensors and takes the host microseconds to launch. Whoever has such a
/// kernel has the same in LibTorch's operations, too, for where there is none.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace tagloom {

/// How many blocks of how many threads run a kernel; `blocks_y` counts the grid's rows.
struct KernelGrid {
  std::int64_t blocks = 1;
  std::int64_t blocks_y = 1;
  std::int64_t threads = 256;
  /// Dynamic shared memory of a block, at most 48 KiB.
  std::int64_t shared_bytes = 0;
};

/// Safe to use from several threads. Lives as long as the process: a driver may be gone before destructors of
/// static objects run, so nothing is unloaded.
class TAGLOOM_API DeviceKernels {
 public:
  /// `source` includes nothing and exports its kernels by `extern "C" __global__`; `name` is for messages.
  DeviceKernels(std::string name, std::string source);
  ~DeviceKernels();
  DeviceKernels(const DeviceKernels&) = delete;
  DeviceKernels& operator=(const DeviceKernels&) = delete;

  /// Whether they can be launched on this device. A GPU's first ask compiles them, for a second or
  /// two where they are large; where that fails, one warning says why, and the answer stays no. Always no for
  /// a CPU, and with TAGLOOM_KERNELS=0.
  [[nodiscard]] bool available(at::Device device);

  /// Has the device's current stream run a kernel, which may be recorded into a graph. The arguments' types
  /// must be those of the kernel's parameters to the byte. Throws c10::Error where the driver refuses.
  template <class... Arguments>
  void launch(at::Device device, const char* kernel, const KernelGrid& grid, Arguments... arguments) {
    std::array<void*, sizeof...(Arguments)> pointers{static_cast<void*>(&arguments)...};
    launch_with(device, kernel, grid, pointers);
  }

 private:
  void launch_with(at::Device device, const char* kernel, const KernelGrid& grid,
                   std::span<void* const> arguments);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What NVRTC makes of a source, for a GPU of compute capability 9.0 where `capability` is 90.
struct CompiledKernels {
  /// What the driver loads: machine code, or PTX for a GPU that is newer than NVRTC.
  std::string image;
  /// Warnings; empty without.
  std::string log;
};

/// Needs no GPU. Throws c10::Error with NVRTC's own words if the source is wrong, or if there is no NVRTC.
[[nodiscard]] TAGLOOM_API CompiledKernels compile_device_kernels(const std::string& name,
                                                                 const std::string& source, int capability);

/// Whether NVRTC's library was found: beside LibTorch, where the loader looks, or in CUDA's usual folder.
[[nodiscard]] TAGLOOM_API bool has_kernel_compiler();

}  // namespace tagloom
