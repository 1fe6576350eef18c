#include "commands/arguments.hpp"
#include "commands/command_line.hpp"
#include "commands/commands.hpp"
#include "commands/named_plugins.hpp"
#include "registry/as_json.hpp"
#include "registry/trial.hpp"
#include "runtime/helper.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::commands {
namespace {

struct InspectCommand {
  NamedPlugins named;
  bool json = false;
};

options::Table<InspectCommand> table() {
  return options::joined<InspectCommand>({options::nested(&InspectCommand::named, named_plugins_rows()),
                                          {options::Row("json", &InspectCommand::json, "print it as JSON")}});
}

std::string or_unsaid(const std::string& text) {
  return text.empty() ? "not said" : shown(text);
}

void print_about(const registry::Component& component, const std::string& needs) {
  const auto& [record, about, library] = component;
  runtime::print("{} {}\n  {}\n  paper    {}\n  library  {}\n", shown(record.kind), shown(record.name),
                 shown(record.summary), shown(record.paper), shown(library));
  if (!needs.empty()) runtime::print("  needs    {}\n", shown(needs));
  runtime::print("  version  {}\n  author   {}\n  licence  {}\n  built    plugin interface {}, {}\n",
                 or_unsaid(about.version), or_unsaid(about.author), or_unsaid(about.licence),
                 record.interface.to_text(), shown(record.runtime_tag));
}

void print_options(const registry::Component& component, const std::vector<OptionSpec>& declared) {
  if (!declared.empty()) runtime::print("  options  (--set {}.NAME=VALUE)\n", shown(component.record.kind));
  for (const OptionSpec& option : declared) {
    const std::string value = to_text(option.default_value);
    const std::string range = shown(options::range_of(option));
    runtime::print("    {:<20} {:<8} default {:<12} {}{}\n", shown(option.name),
                   type_name(option.default_value), value.empty() ? "none" : shown(value), shown(option.help),
                   range.empty() ? "" : "; " + range);
  }
}

void run_inspect(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  InspectCommand command;
  if (!parse(self, table(), arguments, values, command)) return;
  const registry::Registry registry = registry_of(command.named.plugins);
  auto all = nlohmann::ordered_json::array();
  for (const auto& component : found_all(registry, command.named.name)) {
    const auto declared = registry.options_of(component);
    const std::string needs = registry::needs({.component = component,
                                               .given = {},
                                               .program = runtime::full_program(),
                                               .time = std::chrono::seconds(60)});
    if (command.json) {
      all.push_back(registry::to_json(component));
      all.back()["needs"] = needs;
      all.back()["options"] = registry::to_json(declared);
    } else {
      print_about(component, needs);
      print_options(component, declared);
    }
  }
  if (command.json) runtime::print("{}\n", to_json_text(all, 2));
}

}  // namespace

Command plugins_inspect() {
  return {.name = "plugins inspect",
          .summary = "show a plugin with its options",
          .usage = "NAME [options]",
          .options = options::options_of(table()),
          .run = run_inspect};
}

}  // namespace tagloom::commands
