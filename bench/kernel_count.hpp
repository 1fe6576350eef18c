#pragma once

/// How many kernels a call runs on a GPU, and how often the host launches something, by LibTorch's profiler.

#include <cstdint>
#include <functional>
#include <optional>

namespace tagloom::bench {

struct KernelCount {
  std::int64_t kernels = 0;
  /// Calls of CUDA that start a kernel or a whole graph of them.
  std::int64_t launches = 0;
};

/// Nothing if the profiler saw no kernel: it was built without CUPTI, or may not use it here.
std::optional<KernelCount> kernels_of(const std::function<void()>& call);

}  // namespace tagloom::bench
