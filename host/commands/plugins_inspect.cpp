#include "commands/help.hpp"
#include "commands/lines/plugins.hpp"
#include "commands/work.hpp"
#include "registry/as_json.hpp"
#include "registry/trial.hpp"
#include "runtime/helper.hpp"
#include "runtime/output.hpp"
#include "runtime/wrapped.hpp"

#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::commands {
namespace {

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
  constexpr std::size_t kHelp = 34;
  for (const OptionSpec& option : declared) {
    const std::string value = to_text(option.default_value);
    const std::string range = shown(options::range_of(option));
    const std::string help =
        fmt::format("{}{} (default {})", shown(option.help), range.empty() ? "" : "; " + range,
                    value.empty() ? "none" : shown(value));
    const std::string name =
        fmt::format("    {:<20} {}", shown(option.name), type_name(option.default_value));
    runtime::print("{}", runtime::entry(name, help, kHelp, static_cast<std::size_t>(help_width())));
  }
}

}  // namespace

void run_plugins_inspect(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  PluginsInspectLine command;
  if (!parse(self, plugins_inspect_line(), arguments, values, command)) return;
  const registry::Registry registry = registry_of(command.named.plugins);
  auto all = nlohmann::ordered_json::array();
  for (const auto& component : registry.find_all(command.named.name)) {
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

}  // namespace tagloom::commands
