#pragma once

/// A library that is looked for while the program runs, so that nothing has to be linked with it.

#include <string>
#include <vector>

namespace tagloom::nvrtc {

class SharedLibrary {
 public:
  /// Opens the first of these that can be; it stays open until the process ends.
  explicit SharedLibrary(const std::vector<std::string>& candidates);

  [[nodiscard]] bool is_open() const { return handle_ != nullptr; }

  /// Throws c10::Error if the library, or this function in it, is missing.
  template <class Function>
  [[nodiscard]] Function* function(const char* name) const {
    return reinterpret_cast<Function*>(symbol(name));
  }

 private:
  [[nodiscard]] void* symbol(const char* name) const;

  void* handle_ = nullptr;
};

}  // namespace tagloom::nvrtc
