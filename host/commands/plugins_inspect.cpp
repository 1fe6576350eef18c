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

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::commands {
namespace {

std::string or_unsaid(const std::string& text) {
  return text.empty() ? "not said" : shown(text);
}

void print_about(const registry::Component& component, const std::string& needs) {
  const auto& [record, about, library] = component;
  constexpr std::size_t kStart = 11;
  const auto print_fact = [](std::string_view name, std::string_view value) {
    runtime::print_row(kStart, fmt::format("  {:<9}{}", name, value));
  };
  runtime::print("{} {}\n", shown(record.kind), shown(record.name));
  runtime::print_row(2, "  " + shown(record.summary));
  print_fact("paper", shown(record.paper));
  print_fact("library", shown(library));
  if (!needs.empty()) print_fact("needs", shown(needs));
  print_fact("version", or_unsaid(about.version));
  print_fact("author", or_unsaid(about.author));
  print_fact("licence", or_unsaid(about.licence));
  print_fact("built",
             fmt::format("plugin interface {}, {}", record.interface.to_text(), shown(record.runtime_tag)));
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
