#include "kernels/nvrtc/driver.hpp"

#include <tagloom/nn/device_kernels.hpp>

#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

namespace tagloom {
namespace {

using nvrtc::Driver;

bool are_wanted() {
  const char* value = std::getenv("TAGLOOM_KERNELS");
  return value == nullptr || std::string_view(value) != "0";
}

/// Not every LibTorch 2 tells which of CUDA's streams is behind its own.
template <class Backend>
constexpr bool kKnowsHandles = requires(const Backend& backend, c10::Stream stream) {
  backend.getStreamNativeHandle(stream);
};

template <class Backend>
void* current_stream(const Backend& backend, at::Device device) {
  if constexpr (kKnowsHandles<Backend>)
    return backend.getStreamNativeHandle(backend.getStream(device));
  else
    TORCH_CHECK(false, "this LibTorch does not tell CUDA's stream");
}

}  // namespace

struct DeviceKernels::Impl {
  /// The kernels on one device; without a module it cannot be used.
  struct Loaded {
    Driver::Context context = nullptr;
    Driver::Module module = nullptr;
    std::map<std::string, Driver::Function, std::less<>> functions = {};
  };

  Loaded loaded(at::Device device) const {
    const Driver& driver = Driver::get();
    const CompiledKernels compiled = compile_device_kernels(name, source, driver.capability(device.index()));
    Loaded kernels{.context = driver.context(device.index())};
    const Driver::Current current(driver, kernels.context);
    kernels.module = driver.load(compiled.image);
    // Asked here, where there is another way if it cannot be told.
    current_stream(c10::impl::VirtualGuardImpl(device.type()), device);
    return kernels;
  }

  std::string name;
  std::string source;
  std::mutex mutex = {};
  /// By the device's index.
  std::map<int, Loaded> devices = {};
};

DeviceKernels::DeviceKernels(std::string name, std::string source)
    : impl_(new Impl{.name = std::move(name), .source = std::move(source)}) {}

DeviceKernels::~DeviceKernels() = default;

bool DeviceKernels::available(at::Device device) {
  if (!device.is_cuda()) return false;
  const std::lock_guard lock(impl_->mutex);
  const auto known = impl_->devices.find(device.index());
  if (known != impl_->devices.end()) return known->second.module != nullptr;
  Impl::Loaded& kernels = impl_->devices[device.index()];
  if (!are_wanted()) return false;
  try {
    kernels = impl_->loaded(device);
  } catch (const c10::Error& error) {
    TORCH_WARN("The kernel ", impl_->name, " could not be made for ", device.str(), " (",
               error.what_without_backtrace(), "); LibTorch's operations compute the same more slowly.");
  }
  return kernels.module != nullptr;
}

void DeviceKernels::launch_with(at::Device device, const char* kernel, const KernelGrid& grid,
                                std::span<void* const> arguments) {
  const Driver& driver = Driver::get();
  Driver::Context context = nullptr;
  Driver::Function function = nullptr;
  {
    const std::lock_guard lock(impl_->mutex);
    Impl::Loaded& kernels = impl_->devices.at(device.index());
    context = kernels.context;
    auto known = kernels.functions.find(kernel);
    if (known == kernels.functions.end()) {
      const Driver::Current current(driver, context);
      known = kernels.functions.emplace(kernel, driver.function(kernels.module, kernel)).first;
    }
    function = known->second;
  }
  const Driver::Current current(driver, context);
  // The driver takes pointers to what it only reads.
  driver.launch(function, grid, current_stream(c10::impl::VirtualGuardImpl(device.type()), device),
                const_cast<void**>(arguments.data()));
}

}  // namespace tagloom
