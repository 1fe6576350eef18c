#pragma once

/// The kinds of components as commands meet them: by name. Who knows the type of what it wants asks the
/// registry for it.

#include "registry/registry.hpp"

#include <tagloom/conformance/violations.hpp>

#include <string>
#include <vector>

namespace tagloom::registry {

struct Kind {
  std::string name;
  /// The options that a component of this kind declares. Loads its library; throws PluginError if it has no
  /// proper factory or declares what nobody could set.
  std::vector<OptionSpec> (*options)(const Component& component);
  /// What a component breaks of what the host relies on, created with these options; the observer hears what
  /// is being checked.
  conformance::Violations (*check)(const Registry& registry, const std::string& name,
                                   const Assignments& given, const conformance::Observer& observer);
  /// What a component reads, for people.
  std::string (*needs)(const Registry& registry, const std::string& name, const Assignments& given);
};

template <class T>
Kind kind() {
  return {.name = KindTraits<T>::kName,
          .options =
              [](const Component& component) {
                return declared_options(component, factory_of<T>(component).options);
              },
          .check = KindTraits<T>::check,
          .needs = KindTraits<T>::needs};
}

/// One for each file of kinds/, by name.
const std::vector<Kind>& kinds();

/// Throws PluginError if the library says a kind that there is not.
const Kind& kind_of(const Component& component);

}  // namespace tagloom::registry
