#include "commands/named_plugins.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::commands {

options::Table<NamedPlugins> named_plugins_rows() {
  return options::joined<NamedPlugins>(
      {{options::Row("name", &NamedPlugins::name, "the component (the option's name may be left out)")
            .value_name("NAME")
            .required()
            .positional()},
       options::nested(&NamedPlugins::plugins, plugin_folder_rows())});
}

std::vector<registry::Component> found_all(const registry::Registry& registry, const std::string& name) {
  auto found = registry.find_all(name);
  if (!found.empty()) return found;
  if (const std::string why = registry.refusal_of(name); !why.empty()) throw PluginError(why);
  throw PluginError(
      fmt::format("There is no component called \"{}\"; `tagloom plugins list` shows them.", shown(name)));
}

}  // namespace tagloom::commands
