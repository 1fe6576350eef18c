#pragma once

/// The part of CUDA's driver that loads and launches kernels. Its library is found by name, since it comes
/// with a GPU's driver and not with LibTorch; its interface is C, and the names with _v2 are what CUDA's
/// header makes of the plain ones.

#include "kernels/nvrtc/shared_library.hpp"

#include <tagloom/nn/device_kernels.hpp>

#include <string>

namespace tagloom::nvrtc {

class Driver {
 public:
  using Context = void*;
  using Module = void*;
  using Function = void*;

  /// Throws c10::Error if there is no driver.
  static const Driver& get();

  /// As 90 for compute capability 9.0.
  [[nodiscard]] int capability(int device) const;
  /// The one that LibTorch computes in.
  [[nodiscard]] Context context(int device) const;

  /// While it lives, this thread's calls are for a context.
  class Current {
   public:
    Current(const Driver& driver, Context context);
    ~Current();
    Current(const Current&) = delete;
    Current& operator=(const Current&) = delete;

   private:
    const Driver& driver_;
  };

  // In the current context.
  [[nodiscard]] Module load(const std::string& image) const;
  [[nodiscard]] Function function(Module module, const char* name) const;
  void launch(Function function, const KernelGrid& grid, void* stream, void** arguments) const;

 private:
  Driver();
  void check(int result) const;
  [[nodiscard]] int handle_of(int device) const;

  SharedLibrary library_;
  int (*push_)(Context);
  int (*pop_)(Context*);
  int (*launch_)(Function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*,
                 void**, void**);
};

}  // namespace tagloom::nvrtc
