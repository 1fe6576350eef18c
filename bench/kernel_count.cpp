#include "kernel_count.hpp"

#include "measured.hpp"

#include <torch/csrc/autograd/profiler_kineto.h>

#include <set>
#include <string>

namespace tagloom::bench {

std::optional<KernelCount> kernels_of(const std::function<void()>& call) {
  namespace profiler = torch::autograd::profiler;
  using torch::profiler::impl::ActivityType;
  const torch::profiler::impl::ProfilerConfig config(torch::profiler::impl::ProfilerState::KINETO);
  // CUDA's activities hold the host's calls of CUDA, too.
  const std::set<ActivityType> activities{ActivityType::CUDA};
  wait_for_device();
  profiler::prepareProfiler(config, activities);
  profiler::enableProfiler(config, activities);
  call();
  wait_for_device();
  const auto result = profiler::disableProfiler();
  KernelCount count;
  for (const auto& event : result->events()) {
    const std::string name = event.name();
    const bool moves = name.starts_with("Memcpy") || name.starts_with("Memset");
    if (event.deviceType() == c10::DeviceType::CUDA && !moves) ++count.kernels;
    for (const char* launch : {"cudaLaunch", "cuLaunch", "cudaGraphLaunch"})
      if (name.starts_with(launch)) ++count.launches;
  }
  if (count.kernels == 0) return std::nullopt;
  return count;
}

}  // namespace tagloom::bench
