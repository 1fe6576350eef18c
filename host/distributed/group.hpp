#pragma once

/// Collective operations on tensors of one device, through LibTorch's c10d: over NCCL between GPUs, over Gloo
/// in the machines' memory. Which of them a build has depends on its LibTorch and on what headers come with
/// it. Only the sources of this interface include c10d.

#include "distributed/environment.hpp"

#include <ATen/core/Tensor.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace tagloom::distributed {

class Collectives {
 public:
  virtual ~Collectives() = default;
  /// Where tensors must lie.
  [[nodiscard]] virtual at::Device device() const = 0;
  /// In place; contiguous.
  virtual void sum(at::Tensor tensor) = 0;
  virtual void take_from_first(at::Tensor tensor) = 0;
  /// One tensor of equal shape a process.
  virtual std::vector<at::Tensor> gather(at::Tensor tensor) = 0;
};

/// What this build can talk over, for people: "Gloo", "NCCL", "Gloo, NCCL"; empty if nothing.
std::string backends();

/// For tensors that are computed on `device`: NCCL on a GPU where this build has it, else Gloo; null if it
/// has neither. Throws what c10d throws if the processes do not meet.
std::unique_ptr<Collectives> make_collectives(const Environment& environment, at::Device device,
                                              std::chrono::milliseconds timeout);

}  // namespace tagloom::distributed
