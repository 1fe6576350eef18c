#pragma once

/// What `plugins inspect` and `plugins check` share: components by name, whatever their kind.

#include "commands/arguments.hpp"

#include <string>
#include <vector>

namespace tagloom::commands {

struct NamedPlugins {
  std::string name;
  PluginOptions plugins;
};

/// NAME, `--plugin-dir` and `--trust-plugins`.
options::Table<NamedPlugins> named_plugins_rows();

/// Throws PluginError if there is none: with the reason where a library of that name was refused.
std::vector<registry::Component> found_all(const registry::Registry& registry, const std::string& name);

}  // namespace tagloom::commands
