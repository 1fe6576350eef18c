#pragma once

/// Finds plugin libraries, knows their components by kind and name, and creates them. Scanning reads
/// manifests only; a library is loaded when one of its components is asked for, and stays loaded until the
/// process ends (a tensor whose gradient function lives in an unloaded library would crash).

#include "registry/factory.hpp"
#include "registry/guarded.hpp"
#include "registry/kind_traits.hpp"

#include <tagloom/options.hpp>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tagloom::registry {

/// Option names to texts, as the user gave them.
using Assignments = std::map<std::string, std::string>;

/// `--plugin-dir` folders first, then those of TAGLOOM_PLUGIN_PATH (separated by colons), then the folder
/// that belongs to this executable (`../lib/tagloom/plugins` beside it, in a build as in an installation).
std::vector<std::filesystem::path> search_path(const std::vector<std::filesystem::path>& plugin_dirs);

/// A component that is never used, since another of its kind and name was found first.
struct Hidden {
  Component component;
  std::filesystem::path by;
};

/// A component together with the options it was created with.
template <class T>
struct Created {
  typename KindTraits<T>::Pointer component;
  Options options;
};

class Registry {
 public:
  /// Reads the manifests of all `*.so` files in the folders, in their order. Of two components with one kind
  /// and name the first found wins. Folders that do not exist are passed over; a library that is found twice
  /// (a link, a folder named twice) counts once; what is no regular file is refused without being opened.
  explicit Registry(const std::vector<std::filesystem::path>& folders);

  [[nodiscard]] const std::vector<Component>& components() const { return components_; }
  [[nodiscard]] const std::vector<Hidden>& hidden() const { return hidden_; }
  /// Libraries that were passed over, each with the sentence that says why.
  [[nodiscard]] const std::vector<std::pair<std::filesystem::path, std::string>>& refused() const {
    return refused_;
  }

  /// Throws PluginError, listing what there is, if there is no such component.
  [[nodiscard]] const Component& find(const std::string& kind, const std::string& name) const;
  /// The components of any kind with this name.
  [[nodiscard]] std::vector<Component> find_all(const std::string& name) const;

  /// Creates a component of the kind T, e.g. `create<Decoder>("ria", {}, setup)`: whoever calls it includes
  /// kinds/decoder.hpp. Loads its library. Throws PluginError if there is no such component, its factory is
  /// no proper one, or it fails; UsageError for an option that it does not have or a value out of range.
  template <class T, class... Setup>
  [[nodiscard]] Created<T> create(const std::string& name, const Assignments& given,
                                  const Setup&... setup) const;

 private:
  [[nodiscard]] std::string refusals() const;
  void scan(const std::filesystem::path& folder);
  void add(const std::filesystem::path& library);

  std::vector<Component> components_;
  /// Where in `components_` a kind and name stands.
  std::map<std::pair<std::string, std::string>, std::size_t> places_;
  std::vector<Hidden> hidden_;
  std::set<std::filesystem::path> scanned_;
  std::vector<std::pair<std::filesystem::path, std::string>> refused_;
};

template <class T, class... Setup>
Created<T> Registry::create(const std::string& name, const Assignments& given, const Setup&... setup) const {
  const Component& component = find(KindTraits<T>::kName, name);
  const auto& factory = factory_of<T>(component);
  Options options(described(component), declared_options(component, factory.options), given);
  return guarded(located(component), [&] {
    auto made = factory.create(options, setup...);
    if (made == nullptr) throw is_null(component);
    return Created<T>{std::move(made), std::move(options)};
  });
}

}  // namespace tagloom::registry
