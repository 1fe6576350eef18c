#pragma once

/// What can be said of a component's options before it is made.

#include "registry/registry.hpp"

#include <string>

namespace tagloom::registry {

/// Throws UsageError for options that the component does not take, PluginError if it is not there.
void check_options(const Registry& registry, const std::string& kind, const std::string& name,
                   const Assignments& given);

}  // namespace tagloom::registry
