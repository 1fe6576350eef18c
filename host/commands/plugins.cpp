#include "commands/arguments.hpp"
#include "commands/commands.hpp"

#include <tagloom/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tagloom::commands {
namespace {

void list(const tagloom::plugins::Registry& registry) {
  for (const auto& [record, library] : registry.components())
    fmt::print("{:<9} {:<18} {}\n", record.kind, record.name, record.summary);
  for (const auto& [library, why] : registry.refused())
    fmt::print("refused: {}\n", why);
}

std::string range_text(const OptionSpec& option) {
  if (!option.choices.empty()) return fmt::format(" one of {}", fmt::join(option.choices, ", "));
  if (option.minimum && option.maximum) return fmt::format(" {} to {}", *option.minimum, *option.maximum);
  if (option.minimum) return fmt::format(" at least {}", *option.minimum);
  if (option.maximum) return fmt::format(" at most {}", *option.maximum);
  return "";
}

void inspect(const tagloom::plugins::Registry& registry, const std::string& name) {
  const auto found = registry.find_all(name);
  if (found.empty()) {
    for (const auto& [library, why] : registry.refused()) {
      if (library.filename().string().find(name) != std::string::npos) throw PluginError(why);
    }
    throw PluginError(
        fmt::format("There is no component called \"{}\"; `tagloom plugins list` shows them.", name));
  }
  for (const auto& component : found) {
    const auto& record = component.record;
    fmt::print("{} {}\n  {}\n  paper    {}\n  library  {}\n  built    plugin interface {}, {}\n", record.kind,
               record.name, record.summary, record.paper, component.library.string(), record.api_version,
               record.runtime_tag);
    const auto options = registry.options(component);
    if (!options.empty()) fmt::print("  options  (--set {}.NAME=VALUE)\n", record.kind);
    for (const OptionSpec& option : options) {
      const std::string value = to_text(option.default_value);
      fmt::print("    {:<20} {:<8} default {:<12} {}{}\n", option.name, type_name(option.default_value),
                 value.empty() ? "none" : value, option.help,
                 range_text(option).empty() ? "" : ";" + range_text(option));
    }
  }
}

}  // namespace

void plugins(const Arguments& arguments) {
  po::options_description description("options");
  add_plugin_options(description);
  description.add_options()("words", po::value<std::vector<std::string>>(), "list, or inspect NAME");
  po::positional_options_description positional;
  positional.add("words", -1);
  po::variables_map values;
  if (!parse(arguments, description, positional, "tagloom plugins list | inspect NAME [options]", values))
    return;
  const auto words = values.count("words") > 0 ? values["words"].as<std::vector<std::string>>() : Arguments{};
  const auto registry = registry_from(values);
  if (words.size() == 1 && words[0] == "list") return list(registry);
  if (words.size() == 2 && words[0] == "inspect") return inspect(registry, words[1]);
  throw UsageError("Say `tagloom plugins list` or `tagloom plugins inspect NAME`.");
}

}  // namespace tagloom::commands
