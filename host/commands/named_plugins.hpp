#pragma once

/// What `plugins inspect` and `plugins check` share: components by name, whatever their kind.

#include "registry/registry.hpp"

#include <string>
#include <vector>

namespace tagloom::commands {

/// Throws PluginError if there is none: with the reason where a library of that name was refused.
std::vector<registry::Component> found_all(const registry::Registry& registry, const std::string& name);

}  // namespace tagloom::commands
