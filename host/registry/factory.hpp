#pragma once

/// Components as plugin libraries export them. For registry.hpp and kinds.hpp, through which components are
/// created and asked.

#include "registry/kind_traits.hpp"
#include "registry/manifest.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/options.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::registry {

/// A component and the library it comes from.
struct Component {
  ManifestRecord record;
  About about;
  std::filesystem::path library;
};

/// "decoder ria".
std::string described(const Component& component);
/// "decoder ria of FILE".
std::string located(const Component& component);

/// The address of its factory. Loads its library; throws PluginError if there is none.
const void* exported(const Component& component);
PluginError without_functions(const Component& component);
PluginError is_null(const Component& component);

template <class T>
const typename KindTraits<T>::Factory& factory_of(const Component& component) {
  const auto& factory = *static_cast<const typename KindTraits<T>::Factory*>(exported(component));
  if (factory.options == nullptr || factory.create == nullptr) throw without_functions(component);
  return factory;
}

/// What its factory's `options` returns. Throws PluginError if it declares what nobody could set.
std::vector<OptionSpec> declared_options(const Component& component, std::vector<OptionSpec> (*options)());

}  // namespace tagloom::registry
