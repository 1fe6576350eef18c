#include "kernels/nvrtc/driver.hpp"

#include <c10/util/Exception.h>

namespace tagloom::nvrtc {
namespace {

/// Two of the driver's numbers of attributes (CUdevice_attribute).
constexpr int kCapabilityMajor = 75;
constexpr int kCapabilityMinor = 76;

}  // namespace

const Driver& Driver::get() {
  static const Driver driver;
  return driver;
}

Driver::Driver()
    : library_({"libcuda.so.1"}),
      push_(library_.function<int(Context)>("cuCtxPushCurrent_v2")),
      pop_(library_.function<int(Context*)>("cuCtxPopCurrent_v2")),
      launch_(library_.function<int(Function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,
                                    unsigned, void*, void**, void**)>("cuLaunchKernel")) {
  check(library_.function<int(unsigned)>("cuInit")(0));
}

void Driver::check(int result) const {
  if (result == 0) return;
  const char* text = nullptr;
  library_.function<int(int, const char**)>("cuGetErrorString")(result, &text);
  TORCH_CHECK(false, "CUDA's driver says: ", text == nullptr ? "an unknown error" : text);
}

int Driver::handle_of(int device) const {
  int handle = 0;
  check(library_.function<int(int*, int)>("cuDeviceGet")(&handle, device));
  return handle;
}

int Driver::capability(int device) const {
  const auto attribute = library_.function<int(int*, int, int)>("cuDeviceGetAttribute");
  int major = 0;
  int minor = 0;
  check(attribute(&major, kCapabilityMajor, handle_of(device)));
  check(attribute(&minor, kCapabilityMinor, handle_of(device)));
  return 10 * major + minor;
}

Driver::Context Driver::context(int device) const {
  Context context = nullptr;
  check(library_.function<int(Context*, int)>("cuDevicePrimaryCtxRetain")(&context, handle_of(device)));
  return context;
}

Driver::Current::Current(const Driver& driver, Context context) : driver_(driver) {
  driver_.check(driver_.push_(context));
}

Driver::Current::~Current() {
  Context context = nullptr;
  driver_.pop_(&context);
}

Driver::Module Driver::load(const std::string& image) const {
  Module module = nullptr;
  check(library_.function<int(Module*, const void*)>("cuModuleLoadData")(&module, image.c_str()));
  return module;
}

Driver::Function Driver::function(Module module, const char* name) const {
  Function found = nullptr;
  check(library_.function<int(Function*, Module, const char*)>("cuModuleGetFunction")(&found, module, name));
  return found;
}

void Driver::launch(Function function, const KernelGrid& grid, void* stream, void** arguments) const {
  check(launch_(function, static_cast<unsigned>(grid.blocks), static_cast<unsigned>(grid.blocks_y), 1,
                static_cast<unsigned>(grid.threads), 1, 1, static_cast<unsigned>(grid.shared_bytes), stream,
                arguments, nullptr));
}

}  // namespace tagloom::nvrtc
