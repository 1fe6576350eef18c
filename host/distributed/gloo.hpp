#pragma once

/// Processes that meet over Gloo, in the machines' memory.

#include "distributed/group.hpp"
#include "distributed/meeting.hpp"

namespace tagloom::distributed {

/// Whether this build has Gloo: LibTorch has it inside, but not every package of it has Gloo's headers.
bool has_gloo();

/// Over the interface that leads to the others, or those of GLOO_SOCKET_IFNAME. Throws NoMeeting, UsageError,
/// or what c10d throws while it waits for what the meeting's Wait says. Null where not `has_gloo`.
std::unique_ptr<Collectives> gloo_collectives(const Meeting& meeting);

}  // namespace tagloom::distributed
