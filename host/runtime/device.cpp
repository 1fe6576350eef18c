#include "runtime/device.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/nn/product_type.hpp>
#include <tagloom/nn/recorder.hpp>

#include <ATen/Context.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string_view>

namespace tagloom::runtime {

namespace {

constexpr std::string_view kNumbered = "cuda:";

std::string in_words(Gpus gpus) {
  return fmt::format("{}{}", counted(gpus.count, "GPU"), gpus.chosen ? " (CUDA_VISIBLE_DEVICES)" : "");
}

std::string none_here(Gpus gpus) {
  if (!gpus.supported) return "this tagloom was built with a LibTorch without CUDA";
  return fmt::format("LibTorch sees no GPU here{}; `nvidia-smi` shows whether the driver does",
                     gpus.chosen ? " (CUDA_VISIBLE_DEVICES)" : "");
}

c10::Device gpu(int index) {
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

/// A process's own one of the machine's GPUs, unless it was told which.
c10::Device gpu_of(int local_rank, Gpus gpus) {
  // Slurm, for one, shows each process its own GPU alone.
  if (gpus.chosen && gpus.count == 1) return gpu(0);
  if (local_rank >= gpus.count)
    throw UsageError(
        fmt::format("This is process {} of this machine, counted from 0, and LibTorch sees {} here; start as "
                    "many processes as there are GPUs, or give --device cpu.",
                    local_rank, in_words(gpus)));
  return local_rank > 0 ? gpu(local_rank) : c10::Device(c10::kCUDA);
}

/// The index in a name that is "cuda:" and digits; beyond all machines' if they are too many.
int index_in(const std::string& name) {
  const std::string_view digits = std::string_view(name).substr(kNumbered.size());
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
    throw UsageError(
        fmt::format("--device {} is no device; give cuda: and a number from 0 on.", shown(name)));
  int index = std::numeric_limits<int>::max();
  std::from_chars(digits.data(), digits.data() + digits.size(), index);
  return index;
}

c10::Device numbered_gpu(const std::string& name, int index, Gpus gpus) {
  if (index >= gpus.count)
    throw UsageError(fmt::format(
        "--device {} was asked for, but LibTorch sees {} here; give {}.", shown(name), in_words(gpus),
        gpus.count == 1 ? "cuda:0" : fmt::format("cuda:0 to cuda:{}", gpus.count - 1)));
  return gpu(index);
}

}  // namespace

Gpus gpus_here() {
  if (!at::hasCUDA()) return {.supported = c10::impl::hasDeviceGuardImpl(c10::kCUDA)};
  const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
  return {.count = c10::impl::VirtualGuardImpl(c10::kCUDA).deviceCount(),
          .chosen = visible != nullptr && *visible != '\0'};
}

c10::Device device_named(const std::string& name, int local_rank) {
  return device_named(name, local_rank, gpus_here());
}

c10::Device device_named(const std::string& name, int local_rank, Gpus gpus) {
  if (name == "cpu") return {c10::kCPU};
  if (name == "auto") return gpus.count > 0 ? gpu_of(local_rank, gpus) : c10::Device(c10::kCPU);
  if (name != "cuda" && !name.starts_with(kNumbered))
    throw UsageError(fmt::format("--device {} is no device; give auto, cpu, cuda or cuda:N.", shown(name)));
  const auto index = name == "cuda" ? std::nullopt : std::optional(index_in(name));
  if (gpus.count == 0)
    throw UsageError(
        fmt::format("--device {} was asked for, but {}; give --device cpu.", name, none_here(gpus)));
  return index ? numbered_gpu(name, *index, gpus) : gpu_of(local_rank, gpus);
}

c10::ScalarType product_type(Precision precision, c10::Device device) {
  if (precision == Precision::float32) return at::kFloat;
  if (precision == Precision::bfloat16) return at::kBFloat16;
  return product_choice(device, Work::rows).type;
}

std::string why_no_cuda_graphs(c10::Device device) {
  if (!device.is_cuda()) return "the device is no GPU";
  if (!has_cuda_graphs()) return "this tagloom was built without CUDA's headers";
  return {};
}

void allow_tf32() {
  at::globalContext().setAllowTF32CuBLAS(true);
  at::globalContext().setAllowTF32CuDNN(true);
}

}  // namespace tagloom::runtime
