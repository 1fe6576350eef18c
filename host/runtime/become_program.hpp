#pragma once

/// From the small program that answers by tables alone (host/front.cpp) to the one with LibTorch.

namespace tagloom::runtime {

/// Becomes `libexec/tagloom-program` of this build or installation, with the same command line. Throws Error
/// if it cannot be started, or if LibTorch cannot be loaded within the limits that are set (ulimit).
[[noreturn]] void become_full_program(char** argv);

}  // namespace tagloom::runtime
