#pragma once

/// Collective operations on tensors of one device, through LibTorch's c10d: over NCCL between GPUs, over Gloo
/// in the machines' memory. Which of them a build has depends on its LibTorch and on what headers come with
/// it. Only the sources of this interface include c10d.

#include "distributed/environment.hpp"

#include <ATen/core/Tensor.h>

#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace tagloom::distributed {

/// The others did not take part within the time limit.
class OutOfTime : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "out of time"; }
};

/// Each exchange waits for the others. It throws OutOfTime when they take too long, Interrupted when a signal
/// asks to stop meanwhile, and what c10d throws when one is lost; after any of these the group can no longer
/// be used, nor destroyed: its threads may still wait.
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

/// Meets the other processes, within the environment's time limit in all, to exchange tensors that are
/// computed on `device`: over NCCL on a GPU where this build has it, else over Gloo; null if it has neither.
/// Throws NoMeeting or UsageError, whose sentence says why the processes do not meet.
std::unique_ptr<Collectives> make_collectives(const Environment& environment, at::Device device);

}  // namespace tagloom::distributed
