#include "registry/factory.hpp"

#include "registry/guarded.hpp"
#include "registry/library.hpp"
#include "registry/usable_option.hpp"
#include "runtime/crash.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <set>
#include <string_view>

namespace tagloom::registry {
namespace {

/// Nobody could read the help of more.
constexpr std::size_t kMostOptions = 1000;

std::string symbol_of(const Component& component) {
  return fmt::format("tagloom_{}_{}", component.record.kind, component.record.name);
}

}  // namespace

std::string described(const Component& component) {
  return fmt::format("{} {}", shown(component.record.kind), shown(component.record.name));
}

std::string located(const Component& component) {
  return fmt::format("{} of {}", described(component), shown(component.library));
}

const void* exported(const Component& component) {
  const void* const address = load_symbol(component.library, symbol_of(component));
  runtime::name_in_crashes(component.library, component.record.name, address);
  return address;
}

PluginError without_functions(const Component& component) {
  return PluginError(
      fmt::format("{} exports {} without its functions; end its source with the component's macro.",
                  shown(component.library), shown(symbol_of(component))));
}

PluginError is_null(const Component& component) {
  return PluginError(
      fmt::format("{} was asked for and is null; let its factory return one or throw.", located(component)));
}

std::vector<OptionSpec> declared_options(const Component& component, std::vector<OptionSpec> (*options)()) {
  auto declared = guarded(Place(located(component), component.record.name), options);
  if (declared.size() > kMostOptions)
    throw PluginError(fmt::format("{} declares {} options; {} are the most that a component may have.",
                                  located(component), declared.size(), kMostOptions));
  std::set<std::string_view> names;
  for (const OptionSpec& option : declared) {
    if (option.name.empty())
      throw PluginError(fmt::format("{} declares an option without a name; name it.", located(component)));
    const std::string wrong = why_unusable(option);
    if (!wrong.empty())
      throw PluginError(fmt::format("{} declares the option \"{}\" {}.", located(component),
                                    shown(brief(option.name)), wrong));
    if (!names.insert(option.name).second)
      throw PluginError(fmt::format("{} declares the option \"{}\" twice; give one another name.",
                                    located(component), shown(option.name)));
  }
  return declared;
}

}  // namespace tagloom::registry
