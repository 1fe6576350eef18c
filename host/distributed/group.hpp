#pragma once

/// Collective operations on float and byte tensors in this machine's memory, through LibTorch's c10d over
/// Gloo. The one place that includes c10d; without Gloo in LibTorch or its headers, a group cannot be made.

#include "distributed/environment.hpp"

#include <ATen/core/Tensor.h>

#include <chrono>
#include <memory>
#include <vector>

namespace tagloom::distributed {

class Collectives {
 public:
  virtual ~Collectives() = default;
  /// In place; contiguous, on the CPU.
  virtual void sum(at::Tensor tensor) = 0;
  virtual void take_from_first(at::Tensor tensor) = 0;
  /// One tensor of equal shape a process.
  virtual std::vector<at::Tensor> gather(at::Tensor tensor, int processes) = 0;
};

/// Whether this build can.
bool has_collectives();

/// Null if this build cannot. Throws what c10d throws if the processes do not meet.
std::unique_ptr<Collectives> make_collectives(const Environment& environment,
                                              std::chrono::milliseconds timeout);

}  // namespace tagloom::distributed
