#include "kernels/nvrtc/shared_library.hpp"

#include <c10/util/Exception.h>

#include <dlfcn.h>

namespace tagloom::nvrtc {

SharedLibrary::SharedLibrary(const std::vector<std::string>& candidates) {
  for (const std::string& candidate : candidates) {
    handle_ = dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ != nullptr) return;
  }
}

void* SharedLibrary::symbol(const char* name) const {
  void* found = handle_ == nullptr ? nullptr : dlsym(handle_, name);
  TORCH_CHECK(found != nullptr, "no library has ", name);
  return found;
}

}  // namespace tagloom::nvrtc
