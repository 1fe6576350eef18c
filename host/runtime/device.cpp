#include "runtime/device.hpp"

#include <tagloom/error.hpp>

#include <ATen/Context.h>
#include <fmt/format.h>

namespace tagloom::runtime {

c10::Device device_named(const std::string& name) {
  if (name == "auto") return at::hasCUDA() ? c10::Device(c10::kCUDA) : c10::Device(c10::kCPU);
  c10::Device device(c10::kCPU);
  try {
    device = c10::Device(name);
  } catch (const std::exception&) {
    throw UsageError(fmt::format("--device {} is no device; give auto, cpu, cuda or cuda:N.", name));
  }
  if (!device.is_cpu() && !device.is_cuda())
    throw UsageError(fmt::format("--device {} is not supported; give auto, cpu, cuda or cuda:N.", name));
  if (device.is_cuda() && !at::hasCUDA())
    throw UsageError(
        fmt::format("--device {} was asked for, but this LibTorch sees no CUDA device; give cpu.", name));
  return device;
}

}  // namespace tagloom::runtime
