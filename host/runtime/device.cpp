#include "runtime/device.hpp"

#include <tagloom/bfloat16.hpp>
#include <tagloom/error.hpp>

#include <ATen/Context.h>
#include <fmt/format.h>

namespace tagloom::runtime {

namespace {

/// A process's own one of the machine's GPUs, unless it was told which.
c10::Device gpu_of(int local_rank) {
  return local_rank > 0 ? c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(local_rank))
                        : c10::Device(c10::kCUDA);
}

}  // namespace

c10::Device device_named(const std::string& name, int local_rank) {
  if (name == "auto") return at::hasCUDA() ? gpu_of(local_rank) : c10::Device(c10::kCPU);
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
  return device.is_cuda() && !device.has_index() ? gpu_of(local_rank) : device;
}

c10::ScalarType product_type(const std::string& precision, c10::Device device) {
  if (precision == "float32") return at::kFloat;
  if (precision == "bfloat16") return at::kBFloat16;
  if (precision != "auto")
    throw UsageError(fmt::format("--precision is {}; it must be auto, float32 or bfloat16.", precision));
  return multiplies_bfloat16(device) ? at::kBFloat16 : at::kFloat;
}

void allow_tf32() {
  at::globalContext().setAllowTF32CuBLAS(true);
  at::globalContext().setAllowTF32CuDNN(true);
}

}  // namespace tagloom::runtime
