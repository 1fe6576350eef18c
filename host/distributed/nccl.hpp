#pragma once

/// Processes that meet over NCCL, each with a GPU of its own.

#include "distributed/group.hpp"

namespace tagloom::distributed {

/// Whether this build has NCCL: a LibTorch with CUDA, and NCCL's headers.
bool has_nccl();

/// Between GPUs, of which `device` is this process's own. Throws what c10d throws if the processes do not
/// meet. Null where not `has_nccl`.
std::unique_ptr<Collectives> nccl_collectives(const Environment& environment, at::Device device,
                                              std::chrono::milliseconds timeout);

}  // namespace tagloom::distributed
