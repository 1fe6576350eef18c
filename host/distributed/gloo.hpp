#pragma once

/// Processes that meet over Gloo, in the machines' memory.

#include "distributed/group.hpp"

namespace tagloom::distributed {

/// Whether this build has Gloo: LibTorch has it inside, but not every package of it has Gloo's headers.
bool has_gloo();

/// Throws what c10d throws if the processes do not meet. Null where not `has_gloo`.
std::unique_ptr<Collectives> gloo_collectives(const Environment& environment,
                                              std::chrono::milliseconds timeout);

}  // namespace tagloom::distributed
