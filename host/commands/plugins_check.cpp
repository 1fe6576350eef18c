#include "commands/lines/plugins.hpp"
#include "commands/work.hpp"
#include "registry/check_options.hpp"
#include "registry/trial.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/helper.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::commands {
namespace {

void print(const registry::Component& component, const registry::CheckResult& result) {
  const std::string what = registry::described(component);
  for (const std::string& violation : result.violations)
    runtime::print("{}: {}\n", what, shown(violation));
  if (result.violations.empty()) runtime::print("{} keeps all promises of its kind.\n", what);
}

}  // namespace

void run_plugins_check(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  PluginsCheckLine command;
  if (!parse(self, plugins_check_line(), arguments, values, command)) return;
  const auto& [name, plugins] = command.named;
  const registry::Registry registry = registry_of(plugins);
  Settings& settings = command.settings;
  std::size_t broken = 0;
  std::string causes;
  for (const auto& component : registry.find_all(name)) {
    registry::check_options(registry, component.record.kind, name, settings[component.record.kind]);
    const auto result = registry::check({.component = component,
                                         .given = settings[component.record.kind],
                                         .program = runtime::full_program(),
                                         .time = std::chrono::seconds(command.seconds)});
    print(component, result);
    broken += result.violations.size();
    causes += result.causes;
  }
  if (broken > 0)
    runtime::throw_with_causes(
        PluginError(fmt::format("{} breaks {}; see above.", shown(name), counted(broken, "promise"))),
        causes);
}

}  // namespace tagloom::commands
