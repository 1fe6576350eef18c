#include "commands/named_plugins.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <fmt/format.h>

namespace tagloom::commands {

std::vector<registry::Component> found_all(const registry::Registry& registry, const std::string& name) {
  auto found = registry.find_all(name);
  if (!found.empty()) return found;
  if (const std::string why = registry.refusal_of(name); !why.empty()) throw PluginError(why);
  std::vector<std::string> known;
  for (const registry::Component& component : registry.components())
    known.push_back(component.record.name);
  throw PluginError(fmt::format("There is no component called \"{}\"{}; `tagloom plugins list` shows them.",
                                shown(name), did_you_mean(name, known)));
}

}  // namespace tagloom::commands
