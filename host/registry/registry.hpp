#pragma once

/// Finds plugin libraries, knows their components by kind and name, and creates them. Scanning reads
/// manifests only; a library is loaded when one of its components is asked for, and stays loaded until the
/// process ends (a tensor whose gradient function lives in an unloaded library would crash).

#include "registry/manifest.hpp"

#include <tagloom/options.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

// Not included: LibTorch's module headers take seconds to compile, and most who know the registry create
// nothing.
namespace tagloom {
class Classifier;
class Decoder;
class Encoder;
class Loss;
class MultilabelLoss;
class Ordering;
struct ClassifierSetup;
struct DecoderSetup;
}  // namespace tagloom

namespace tagloom::registry {

/// Option names to texts, as the user gave them.
using Assignments = std::map<std::string, std::string>;

/// `--plugin-dir` folders first, then those of TAGLOOM_PLUGIN_PATH (separated by colons), then the folder
/// that belongs to this executable (`../lib/tagloom/plugins` beside it, in a build as in an installation).
std::vector<std::filesystem::path> search_path(const std::vector<std::filesystem::path>& plugin_dirs);

/// A component and the library it comes from.
struct Component {
  ManifestRecord record;
  std::filesystem::path library;
};

/// A component that is never used, since another of its kind and name was found first.
struct Hidden {
  Component component;
  std::filesystem::path by;
};

/// A component together with the options it was created with.
template <class Pointer>
struct Created {
  Pointer component;
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
  /// The options a component declares. Loads its library; throws PluginError if it has no proper factory or
  /// declares what nobody could set.
  [[nodiscard]] std::vector<OptionSpec> options(const Component& component) const;

  [[nodiscard]] Created<std::unique_ptr<Encoder>> encoder(const std::string& name,
                                                          const Assignments& given) const;
  [[nodiscard]] Created<std::shared_ptr<Classifier>> classifier(const std::string& name,
                                                                const Assignments& given,
                                                                const ClassifierSetup& setup) const;
  [[nodiscard]] Created<std::shared_ptr<Decoder>> decoder(const std::string& name, const Assignments& given,
                                                          const DecoderSetup& setup) const;
  [[nodiscard]] Created<std::unique_ptr<Ordering>> ordering(const std::string& name,
                                                            const Assignments& given) const;
  [[nodiscard]] Created<std::unique_ptr<Loss>> loss(const std::string& name, const Assignments& given) const;
  [[nodiscard]] Created<std::unique_ptr<MultilabelLoss>> multilabel_loss(const std::string& name,
                                                                         const Assignments& given) const;

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

}  // namespace tagloom::registry
