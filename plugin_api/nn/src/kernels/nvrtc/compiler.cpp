#include "kernels/nvrtc/shared_library.hpp"

#include <tagloom/nn/device_kernels.hpp>

#include <ATen/Context.h>
#include <fmt/format.h>

#include <algorithm>
#include <dlfcn.h>
#include <filesystem>
#include <vector>

namespace tagloom {
namespace {

namespace fs = std::filesystem;
using nvrtc::SharedLibrary;

/// NVRTC's library in the folders `*/lib` of `parent`, or in `parent` itself. Beside it lie others whose
/// names begin alike.
void add_compilers(const fs::path& parent, std::vector<std::string>& found) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    const std::string name = entry.path().filename();
    if (entry.is_directory(ignored))
      for (const auto& inner : fs::directory_iterator(entry.path() / "lib", ignored)) {
        const std::string file = inner.path().filename();
        if (file.starts_with("libnvrtc.so")) found.push_back(inner.path());
      }
    else if (name.starts_with("libnvrtc.so") || name.starts_with("libnvrtc-"))
      if (name.find("builtins") == std::string::npos) found.push_back(entry.path());
  }
}

/// LibTorch's own first: it was made for the same CUDA.
std::vector<std::string> candidates() {
  std::vector<std::string> found;
  Dl_info libtorch;
  if (dladdr(reinterpret_cast<const void*>(&at::globalContext), &libtorch) != 0) {
    const fs::path folder = fs::path(libtorch.dli_fname).parent_path();
    // A wheel's torch/lib and nvidia/*/lib; the archive has all in one folder.
    add_compilers(folder, found);
    add_compilers(folder.parent_path().parent_path() / "nvidia", found);
  }
  std::ranges::sort(found);
  for (const char* name : {"libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so",
                           "/usr/local/cuda/lib64/libnvrtc.so"})
    found.emplace_back(name);
  return found;
}

const SharedLibrary& library() {
  static const SharedLibrary nvrtc(candidates());
  return nvrtc;
}

/// NVRTC's interface as far as it is used: it is C, and has not changed since CUDA 11.
struct Compiler {
  using Program = void*;

  int (*create)(Program*, const char* source, const char* name, int, const char* const*, const char* const*) =
      library()
          .function<int(Program*, const char*, const char*, int, const char* const*, const char* const*)>(
              "nvrtcCreateProgram");
  int (*compile)(Program, int, const char* const*) =
      library().function<int(Program, int, const char* const*)>("nvrtcCompileProgram");
  int (*destroy)(Program*) = library().function<int(Program*)>("nvrtcDestroyProgram");
  const char* (*error)(int) = library().function<const char*(int)>("nvrtcGetErrorString");

  void check(int result) const { TORCH_CHECK(result == 0, "NVRTC says: ", error(result)); }

  /// What a pair of functions gives, of which one says how long it is.
  [[nodiscard]] std::string text(Program program, const char* size_of, const char* content_of) const {
    std::size_t size = 0;
    check(library().function<int(Program, std::size_t*)>(size_of)(program, &size));
    std::string content(size, '\0');
    check(library().function<int(Program, char*)>(content_of)(program, content.data()));
    return content;
  }

  /// Ascending, as 90 for compute capability 9.0.
  [[nodiscard]] std::vector<int> architectures() const {
    int count = 0;
    check(library().function<int(int*)>("nvrtcGetNumSupportedArchs")(&count));
    std::vector<int> all(static_cast<std::size_t>(count));
    check(library().function<int(int*)>("nvrtcGetSupportedArchs")(all.data()));
    return all;
  }
};

struct Destroyed {
  const Compiler& compiler;
  Compiler::Program program = nullptr;
  ~Destroyed() { compiler.destroy(&program); }
};

}  // namespace

bool has_kernel_compiler() {
  return library().is_open();
}

CompiledKernels compile_device_kernels(const std::string& name, const std::string& source, int capability) {
  TORCH_CHECK(has_kernel_compiler(), "there is no libnvrtc");
  const Compiler compiler;
  const std::vector<int> known = compiler.architectures();
  const bool is_known = std::ranges::find(known, capability) != known.end();
  const auto newer = std::ranges::upper_bound(known, capability);
  TORCH_CHECK(newer != known.begin(), "NVRTC knows no GPU as old as compute capability ", capability / 10,
              ".", capability % 10);
  const std::string architecture =
      "--gpu-architecture=" +
      (is_known ? fmt::format("sm_{}", capability) : fmt::format("compute_{}", *(newer - 1)));
  Destroyed made{compiler};
  compiler.check(compiler.create(&made.program, source.c_str(), name.c_str(), 0, nullptr, nullptr));
  const std::vector<const char*> options{architecture.c_str(), "--std=c++17"};
  const int result = compiler.compile(made.program, static_cast<int>(options.size()), options.data());
  std::string log = compiler.text(made.program, "nvrtcGetProgramLogSize", "nvrtcGetProgramLog");
  // It ends with the zero of a C string.
  log.erase(std::min(log.find('\0'), log.size()));
  TORCH_CHECK(result == 0, "NVRTC says: ", compiler.error(result), "; ", log);
  return {.image = is_known ? compiler.text(made.program, "nvrtcGetCUBINSize", "nvrtcGetCUBIN")
                            : compiler.text(made.program, "nvrtcGetPTXSize", "nvrtcGetPTX"),
          .log = std::move(log)};
}

}  // namespace tagloom
