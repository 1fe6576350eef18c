#pragma once

/// Standard output while a component is checked. It belongs to what a command prints (the table of scores),
/// so a component must print nothing on it, by whatever means: C, C++ or the descriptor itself.

#include <tagloom/base/export.hpp>

#include <string>

namespace tagloom::conformance {

/// Captures what this process writes to descriptor 1 while it lives, and keeps it from where it would have
/// gone. The buffers of C's and C++'s streams are flushed at both ends. One at a time; nobody who has
/// something to say prints meanwhile.
class TAGLOOM_API StandardOutput {
 public:
  /// Captures nothing if the system has no room for it.
  StandardOutput();
  ~StandardOutput();
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

  /// The first `most` bytes of what was written so far.
  [[nodiscard]] std::string text(std::size_t most = 200) const;

 private:
  int captured_;
  int original_;
};

}  // namespace tagloom::conformance
