#pragma once

/// Finds plugin libraries, knows their components by kind and name, and creates them. Scanning reads
/// manifests only; a library is loaded when one of its components is asked for, and stays loaded until the
/// process ends (a tensor whose gradient function lives in an unloaded library would crash).

#include "registry/assignments.hpp"
#include "registry/factory.hpp"
#include "registry/guarded.hpp"
#include "registry/inspector.hpp"
#include "registry/kind_traits.hpp"
#include "registry/search_path.hpp"

#include <tagloom/options.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tagloom::registry {

/// A component that is never used, since another of its kind and name was found first.
struct Hidden {
  Component component;
  std::filesystem::path by;
};

struct RegistrySettings {
  /// Libraries are taken that somebody else may have put there (trust.hpp).
  bool trust_all = false;
  /// Lets libraries meet a helper before they are loaded; without one they are loaded at once.
  std::shared_ptr<Inspector> inspector;
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
  /// (a link, a folder named twice) counts once; what is no regular file is refused without being opened, and
  /// so is what an earlier inspection refused.
  explicit Registry(std::vector<PluginFolder> folders, RegistrySettings settings = {});

  /// Knows this library alone, whoever may write to it, and loads it at once when it is wanted.
  [[nodiscard]] static Registry of_library(const std::filesystem::path& library);

  [[nodiscard]] const std::vector<Component>& components() const { return components_; }
  [[nodiscard]] const std::vector<Hidden>& hidden() const { return hidden_; }
  /// In the order in which they were looked at, with what was found.
  [[nodiscard]] const std::vector<PluginFolder>& folders() const { return folders_; }
  /// Libraries, or components of them, that were passed over, each with the sentence that says why.
  [[nodiscard]] const std::vector<std::pair<std::filesystem::path, std::string>>& refused() const {
    return refused_;
  }

  /// Throws PluginError if there is no such component, listing what there is, and why a library or a folder
  /// was refused in which it may be.
  [[nodiscard]] const Component& find(const std::string& kind, const std::string& name) const;
  /// The components of any kind with this name. Throws PluginError if there is none, as `find` does.
  [[nodiscard]] std::vector<Component> find_all(const std::string& name) const;
  [[nodiscard]] bool has(const std::string& name) const;

  /// Has every library that is not known yet, or was refused when it was tried, tried now; those that fail
  /// are refused from here on, and what they hid is found.
  void try_all();

  /// The component's library may be loaded from here on, whatever it does then; throws PluginError if not.
  void admit(const Component& component) const;
  /// The options that it declares, without loading its library here if there is an inspector. Throws
  /// PluginError if it cannot be asked, or declares what nobody could set.
  [[nodiscard]] std::vector<OptionSpec> options_of(const Component& component) const;

  /// Creates a component of the kind T, e.g. `create<Decoder>("ria", {}, setup)`: whoever calls it includes
  /// kinds/decoder.hpp. Loads its library. Throws PluginError if there is no such component, its factory is
  /// no proper one, or it fails; UsageError for an option that it does not have or a value out of range.
  template <class T, class... Setup>
  [[nodiscard]] Created<T> create(const std::string& name, const Assignments& given,
                                  const Setup&... setup) const;

 private:
  /// What to say of a component that nobody found: why the library that is called as its would be was
  /// refused, or else the sentence, and behind it which libraries and folders came to nothing.
  [[nodiscard]] PluginError missing(const std::string& name, const std::string& sentence) const;
  [[nodiscard]] std::string refusal_of(const std::string& name) const;
  [[nodiscard]] std::string refusals() const;
  /// Returns what was found.
  std::string scan(const std::filesystem::path& folder);
  void meet(const std::filesystem::path& library);
  /// Throws PluginError for a library that is not taken.
  void add(const std::filesystem::path& library);
  void add(const Component& component);
  void check_trusted(const std::filesystem::path& library) const;
  /// Those that may be tried: found, and not distrusted.
  [[nodiscard]] std::vector<std::filesystem::path> libraries() const;

  RegistrySettings settings_;
  std::vector<PluginFolder> folders_;
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
  admit(component);
  const auto& factory = factory_of<T>(component);
  Options options(described(component), declared_options(component, factory.options), given);
  return guarded(Place(located(component), component.record.name), [&] {
    auto made = factory.create(options, setup...);
    if (made == nullptr) throw is_null(component);
    return Created<T>{std::move(made), std::move(options)};
  });
}

}  // namespace tagloom::registry
