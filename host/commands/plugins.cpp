#include "commands/arguments.hpp"
#include "commands/commands.hpp"
#include "registry/guarded.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/log.hpp"
#include "runtime/memory.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/conformance/checks.hpp>
#include <tagloom/decoder.hpp>
#include <tagloom/encoder.hpp>
#include <tagloom/loss.hpp>
#include <tagloom/ordering.hpp>

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

std::string range_text(const OptionSpec& option) {
  if (!option.choices.empty()) return " one of " + shown(fmt::format("{}", fmt::join(option.choices, ", ")));
  if (option.minimum && option.maximum) return fmt::format(" {} to {}", *option.minimum, *option.maximum);
  if (option.minimum) return fmt::format(" at least {}", *option.minimum);
  if (option.maximum) return fmt::format(" at most {}", *option.maximum);
  return "";
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
    const auto options = registry.options(component);
    if (!options.empty()) runtime::print("  options  (--set {}.NAME=VALUE)\n", shown(record.kind));
    for (const OptionSpec& option : options) {
      const std::string value = to_text(option.default_value);
      runtime::print("    {:<20} {:<8} default {:<12} {}{}\n", shown(option.name),
                     type_name(option.default_value), value.empty() ? "none" : shown(value),
                     shown(option.help), range_text(option).empty() ? "" : ";" + range_text(option));
    }
  }
}

/// A component's own options apply, e.g. to check an encoder with its real weights.
conformance::Violations violations_of(const registry::Registry& registry,
                                      const registry::Component& component, Settings& settings) {
  const std::string& kind = component.record.kind;
  const std::string& name = component.record.name;
  if (kind == "encoder") return conformance::check_encoder(*registry.encoder(name, settings[kind]).component);
  if (kind == "ordering")
    return conformance::check_ordering(*registry.ordering(name, settings[kind]).component);
  if (kind == "loss") return conformance::check_loss(*registry.loss(name, settings[kind]).component);
  if (kind == "multilabel_loss")
    return conformance::check_multilabel_loss(*registry.multilabel_loss(name, settings[kind]).component);
  const FeatureShape features{.channels = 16, .map_height = 2, .map_width = 3};
  if (kind == "classifier") {
    const ClassifierSetup small{.labels = 10, .features = features};
    return conformance::check_classifier(*registry.classifier(name, settings[kind], small).component, small);
  }
  const DecoderSetup small{.labels = 10, .features = features, .embeddings = {}};
  return conformance::check_decoder(*registry.decoder(name, settings[kind], small).component, small);
}

/// What a component breaks; that it threw, with what, is one of them.
conformance::Violations violations_or_exception(const registry::Registry& registry,
                                                const registry::Component& component, Settings& settings,
                                                std::string& causes) {
  try {
    return registry::guarded("the check", [&] { return violations_of(registry, component, settings); });
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

}  // namespace

void plugins(const Arguments& arguments) {
  po::options_description description("options");
  add_plugin_options(description);
  description.add_options()("words", po::value<std::vector<std::string>>(),
                            "list, inspect NAME, or check NAME");
  po::positional_options_description positional;
  positional.add("words", -1);
  po::variables_map values;
  if (!parse(arguments, description, positional, "tagloom plugins list | inspect NAME | check NAME [options]",
             values))
    return;
  const auto words = values.count("words") > 0 ? values["words"].as<std::vector<std::string>>() : Arguments{};
  const auto registry = registry_from(values);
  if (words.size() == 1 && words[0] == "list") return list(registry);
  if (words.size() == 2 && words[0] == "inspect") return inspect(registry, words[1]);
  if (words.size() == 2 && words[0] == "check")
    return check(
        registry, words[1],
        settings_from(values, {"encoder", "classifier", "decoder", "ordering", "loss", "multilabel_loss"}));
  throw UsageError(
      "Say `tagloom plugins list`, `tagloom plugins inspect NAME` or `tagloom plugins check NAME`.");
}

}  // namespace tagloom::commands
