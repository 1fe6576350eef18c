#pragma once

/// Processes that were started with different options would take each other's gradients, or score parts of
/// one table by different rules, without anybody noticing.

#include "distributed/world.hpp"
#include "runtime/settings.hpp"

namespace tagloom::distributed {

/// Throws UsageError at every process unless all have the same `settings`; the sentence names the first that
/// differs.
void require_same_settings(World& world, const runtime::Settings& settings);

}  // namespace tagloom::distributed
