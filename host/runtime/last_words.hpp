#pragma once

/// The end of what a process says on standard error, which may be without end, or nothing.

#include <string>

namespace tagloom::runtime {

class LastWords {
 public:
  /// Reads from this descriptor, which it neither owns nor waits for.
  explicit LastWords(int descriptor);

  /// Takes what there is by now. Until nobody writes any longer it must be called again and again, or those
  /// who write have to wait.
  void take();
  /// For `poll`: negative when there is nothing more to come.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// The last lines in one, a few hundred bytes at most; empty if nothing was said.
  [[nodiscard]] std::string text() const;

 private:
  int descriptor_;
  std::string end_;
};

}  // namespace tagloom::runtime
