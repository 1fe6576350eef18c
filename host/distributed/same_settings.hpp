#pragma once

/// Processes that were started with different options would take each other's gradients, or score parts of
/// one table by different rules, without anybody noticing.

#include "distributed/world.hpp"

#include <map>
#include <string>

namespace tagloom::distributed {

/// Throws UsageError at every process unless all have the same `settings`; the sentence names the first that
/// differs.
void require_same_settings(World& world, const std::map<std::string, std::string>& settings);

}  // namespace tagloom::distributed
