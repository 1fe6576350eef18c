#pragma once

/// `tagloom plugins list`, `inspect`, `check` and `new`.

#include "commands/arguments.hpp"
#include "commands/line.hpp"
#include "registry/new_project.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tagloom::commands {

struct PluginsListLine {
  PluginOptions plugins;
  bool all = false;
  bool json = false;
};
const Line<PluginsListLine>& plugins_list_line();

/// Components by name, whatever their kind.
struct NamedPlugins {
  std::string name;
  PluginOptions plugins;
};

struct PluginsInspectLine {
  NamedPlugins named;
  bool json = false;
};
const Line<PluginsInspectLine>& plugins_inspect_line();

struct PluginsCheckLine {
  NamedPlugins named;
  std::vector<std::string> assignments;
  std::int64_t seconds = 300;
  /// The assignments, by kind.
  Settings settings = {};
};
const Line<PluginsCheckLine>& plugins_check_line();

struct PluginsNewLine {
  registry::NewProject project;
  PluginOptions plugins;
};
const Line<PluginsNewLine>& plugins_new_line();

}  // namespace tagloom::commands
