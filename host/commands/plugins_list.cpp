#include "commands/lines/plugins.hpp"
#include "commands/work.hpp"
#include "registry/as_json.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/plugin.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tagloom::commands {
namespace {

using nlohmann::ordered_json;

void print(const registry::Component& component, bool with_library) {
  const auto& record = component.record;
  constexpr std::size_t kStart = 35;
  runtime::print_row(
      kStart, fmt::format("{:<15} {:<18} {}", shown(record.kind), shown(record.name), shown(record.summary)));
  if (with_library) runtime::print_row(kStart, fmt::format("{:<{}}{}", "", kStart, shown(component.library)));
}

void print(const registry::Registry& registry, bool all) {
  for (const auto& component : registry.components())
    print(component, all);
  for (const auto& [component, by] : registry.hidden())
    runtime::print("hidden: {} {} of {}, since {} has one, too, and is found first\n",
                   shown(component.record.kind), shown(component.record.name), shown(component.library),
                   shown(by));
  for (const auto& [library, why] : registry.refused())
    runtime::print("refused: {}\n", why);
  if (!all) return;
  for (const auto& folder : registry.folders())
    runtime::print("looked in {} ({}): {}\n", shown(folder.path), folder.origin, folder.state);
}

ordered_json to_json(const registry::Registry& registry) {
  ordered_json all = {{"format", 1},
                      {"tagloom", TAGLOOM_VERSION},
                      {"interface", TAGLOOM_INTERFACE},
                      {"runs_on", TAGLOOM_RUNTIME_TAG},
                      {"plugins", ordered_json::array()},
                      {"hidden", ordered_json::array()},
                      {"refused", ordered_json::array()},
                      {"folders", ordered_json::array()}};
  for (const auto& component : registry.components())
    all["plugins"].push_back(registry::to_json(component));
  for (const auto& [component, by] : registry.hidden()) {
    all["hidden"].push_back(registry::to_json(component));
    all["hidden"].back()["hidden_by"] = by.string();
  }
  for (const auto& [library, why] : registry.refused())
    all["refused"].push_back({{"library", library.string()}, {"why", why}});
  for (const auto& folder : registry.folders())
    all["folders"].push_back(
        {{"folder", folder.path.string()}, {"origin", folder.origin}, {"state", folder.state}});
  return all;
}

}  // namespace

void run_plugins_list(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  PluginsListLine command;
  if (!parse(self, plugins_list_line(), arguments, values, command)) return;
  registry::Registry registry = registry_of(command.plugins);
  if (command.all) registry.try_all();
  if (command.json)
    runtime::print("{}\n", to_json_text(to_json(registry), 2));
  else
    print(registry, command.all);
}

}  // namespace tagloom::commands
