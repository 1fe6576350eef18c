#pragma once

/// What other people's exceptions say, for our sentences.

#include <exception>
#include <stdexcept>
#include <string>

namespace tagloom::runtime {

/// What `error` says, briefly (base/brief.hpp), without the code or source in brackets that Gloo and the JSON
/// library begin with.
std::string reason(const std::exception& error);

/// LibTorch's allocators and std::bad_alloc have no type in common.
bool ran_out_of_memory(const std::exception& error);

/// Whether a GPU failed (a fault in a kernel, its memory, the bus, the driver): it computes nothing more for
/// this process. Memory that ran out is no such failure. Looks at nested exceptions, too.
bool gpu_failed(const std::exception& error);

/// What the user reads of it; `where` completes "failed ...", as "while training".
std::string gpu_failure(const std::string& where, const std::exception& error);

/// The exceptions nested in one, a line each, at most 64 KiB: what `--verbose` adds. Those of our own are
/// left out, since the outer sentence repeats them.
std::string causes(const std::exception& error);

/// Throws `error` with causes that were kept as text nested in it.
template <class Exception>
[[noreturn]] void throw_with_causes(const Exception& error, const std::string& causes) {
  if (causes.empty()) throw error;
  try {
    throw std::runtime_error(causes);
  } catch (const std::runtime_error&) {
    std::throw_with_nested(error);
  }
}

}  // namespace tagloom::runtime
