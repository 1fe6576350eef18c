#include "commands/arguments.hpp"
#include "commands/command_line.hpp"
#include "commands/commands.hpp"
#include "registry/guarded.hpp"
#include "registry/kinds.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/log.hpp"
#include "runtime/memory.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tagloom::commands {
namespace {

void list(const registry::Registry& registry) {
  for (const auto& [record, library] : registry.components())
    runtime::print("{:<15} {:<18} {}\n", shown(record.kind), shown(record.name), shown(record.summary));
  for (const auto& [component, by] : registry.hidden())
    runtime::print("hidden: {} {} of {}, since {} has one, too, and is found first\n",
                   shown(component.record.kind), shown(component.record.name), shown(component.library),
                   shown(by));
  for (const auto& [library, why] : registry.refused())
    runtime::print("refused: {}\n", why);
}

std::vector<registry::Component> found_all(const registry::Registry& registry, const std::string& name) {
  auto found = registry.find_all(name);
  if (!found.empty()) return found;
  for (const auto& [library, why] : registry.refused()) {
    if (library.filename().string().find(name) != std::string::npos) throw PluginError(why);
  }
  throw PluginError(
      fmt::format("There is no component called \"{}\"; `tagloom plugins list` shows them.", shown(name)));
}

void inspect(const registry::Registry& registry, const std::string& name) {
  for (const auto& component : found_all(registry, name)) {
    const auto& record = component.record;
    runtime::print("{} {}\n  {}\n  paper    {}\n  library  {}\n  built    plugin interface {}, {}\n",
                   shown(record.kind), shown(record.name), shown(record.summary), shown(record.paper),
                   shown(component.library), record.api_version, shown(record.runtime_tag));
    const auto options = registry::kind_of(component).options(component);
    if (!options.empty()) runtime::print("  options  (--set {}.NAME=VALUE)\n", shown(record.kind));
    for (const OptionSpec& option : options) {
      const std::string value = to_text(option.default_value);
      const std::string range = shown(options::range_of(option));
      runtime::print("    {:<20} {:<8} default {:<12} {}{}\n", shown(option.name),
                     type_name(option.default_value), value.empty() ? "none" : shown(value),
                     shown(option.help), range.empty() ? "" : "; " + range);
    }
  }
}

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const registry::Kind& kind : registry::kinds())
    names.push_back(kind.name);
  return names;
}

/// What a component breaks; that it threw, with what, is one of them.
conformance::Violations violations_or_exception(const registry::Registry& registry,
                                                const registry::Component& component, Settings& settings,
                                                std::string& causes) {
  const registry::Kind& kind = registry::kind_of(component);
  try {
    return registry::guarded("the check", [&] {
      // The component's own options apply, e.g. to check an encoder with its real weights.
      return kind.check(registry, component.record.name, settings[kind.name]);
    });
  } catch (const PluginError& error) {
    const std::string cause = runtime::causes(error);
    causes += cause;
    return {fmt::format("threw an exception: {}", runtime::first_line(cause.empty() ? error.what() : cause))};
  }
}

void check(const registry::Registry& registry, const std::string& name, Settings settings) {
  runtime::ask_for_memory_of_products(runtime::warn);
  std::size_t broken = 0;
  std::string causes;
  for (const auto& component : found_all(registry, name)) {
    const auto violations = violations_or_exception(registry, component, settings, causes);
    for (const std::string& violation : violations)
      runtime::print("{} {}: {}\n", shown(component.record.kind), shown(name), shown(violation));
    if (violations.empty())
      runtime::print("{} {} keeps all promises of its kind.\n", shown(component.record.kind), shown(name));
    broken += violations.size();
  }
  if (broken > 0)
    runtime::throw_with_causes(
        PluginError(fmt::format("{} breaks {} promises; see above.", shown(name), broken)), causes);
}

struct PluginsCommand {
  std::string name;
  PluginOptions plugins;
};

options::Table<PluginsCommand> list_table() {
  return options::nested(&PluginsCommand::plugins, plugin_folder_rows());
}

options::Table<PluginsCommand> inspect_table() {
  return options::joined<PluginsCommand>(
      {{options::Row("name", &PluginsCommand::name, "the component (the option's name may be left out)")
            .value_name("NAME")
            .required()
            .positional()},
       list_table()});
}

options::Table<PluginsCommand> check_table() {
  return options::joined<PluginsCommand>(
      {{inspect_table().front()}, options::nested(&PluginsCommand::plugins, plugin_rows())});
}

void run_list(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  PluginsCommand command;
  if (parse(self, list_table(), arguments, values, command)) list(registry_of(command.plugins));
}

void run_inspect(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  PluginsCommand command;
  if (parse(self, inspect_table(), arguments, values, command))
    inspect(registry_of(command.plugins), command.name);
}

void run_check(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  PluginsCommand command;
  if (!parse(self, check_table(), arguments, values, command)) return;
  check(registry_of(command.plugins), command.name, settings_of(command.plugins, kind_names()));
}

}  // namespace

Command plugins_list() {
  return {.name = "plugins list",
          .summary = "list plugins, and those that were refused",
          .usage = "[options]",
          .options = options::options_of(list_table()),
          .run = run_list};
}

Command plugins_inspect() {
  return {.name = "plugins inspect",
          .summary = "show a plugin with its options",
          .usage = "NAME [options]",
          .options = options::options_of(inspect_table()),
          .run = run_inspect};
}

Command plugins_check() {
  return {.name = "plugins check",
          .summary = "check that a plugin keeps what its kind promises",
          .usage = "NAME [options]",
          .options = options::options_of(check_table()),
          .run = run_check};
}

}  // namespace tagloom::commands
