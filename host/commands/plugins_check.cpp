#include "commands/command_line.hpp"
#include "commands/commands.hpp"
#include "commands/named_plugins.hpp"
#include "registry/check_options.hpp"
#include "registry/kinds.hpp"
#include "registry/trial.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/helper.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::commands {
namespace {

struct CheckCommand {
  NamedPlugins named;
  std::vector<std::string> assignments;
  std::int64_t seconds = 300;
};

options::Table<CheckCommand> table() {
  using options::Row;
  return options::joined<CheckCommand>(
      {options::nested(&CheckCommand::named, named_plugins_rows()),
       {Row("set", &CheckCommand::assignments,
            "a component's option as KIND.NAME=VALUE, e.g. decoder.hidden=512 (repeatable; the last of one "
            "name counts)"),
        Row("seconds", &CheckCommand::seconds, "the most that a component's check may take").from(1)}});
}

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const registry::Kind& kind : registry::kinds())
    names.push_back(kind.name);
  return names;
}

void print(const registry::Component& component, const registry::CheckResult& result) {
  const std::string what = registry::described(component);
  for (const std::string& violation : result.violations)
    runtime::print("{}: {}\n", what, shown(violation));
  if (result.violations.empty()) runtime::print("{} keeps all promises of its kind.\n", what);
}

void run_check(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  CheckCommand command;
  if (!parse(self, table(), arguments, values, command)) return;
  const auto& [name, plugins] = command.named;
  const registry::Registry registry = registry_of(plugins);
  // The component's own options apply, e.g. to check an encoder with its real weights.
  Settings settings = settings_of({.folders = {}, .assignments = command.assignments}, kind_names());
  std::size_t broken = 0;
  std::string causes;
  for (const auto& component : found_all(registry, name)) {
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
        PluginError(fmt::format("{} breaks {} promises; see above.", shown(name), broken)), causes);
}

}  // namespace

Command plugins_check() {
  return {.name = "plugins check",
          .summary = "check that a plugin keeps what its kind promises",
          .usage = "NAME [options]",
          .options = options::options_of(table()),
          .run = run_check};
}

}  // namespace tagloom::commands
