#pragma once

/// Processes that meet over NCCL, each with a GPU of its own.

#include "distributed/group.hpp"
#include "distributed/meeting.hpp"

namespace tagloom::distributed {

/// Whether this build has NCCL: a LibTorch with CUDA, and NCCL's headers.
bool has_nccl();

/// Between GPUs, of which `device` is this process's own. Throws NoMeeting, UsageError, or what c10d throws
/// while it waits for what the meeting's Wait says. Null where not `has_nccl`.
std::unique_ptr<Collectives> nccl_collectives(const Meeting& meeting, at::Device device);

}  // namespace tagloom::distributed
