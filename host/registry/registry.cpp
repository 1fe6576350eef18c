#include "registry/registry.hpp"

#include "registry/guarded.hpp"
#include "registry/library.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/classifier.hpp>
#include <tagloom/decoder.hpp>
#include <tagloom/encoder.hpp>
#include <tagloom/loss.hpp>
#include <tagloom/multilabel_loss.hpp>
#include <tagloom/ordering.hpp>
#include <tagloom/plugin.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

namespace tagloom::registry {
namespace {

std::string described(const Component& component) {
  return fmt::format("{} {}", shown(component.record.kind), shown(component.record.name));
}

std::string located(const Component& component) {
  return fmt::format("{} of {}", described(component), shown(component.library));
}

template <class Factory>
const Factory& factory_of(const Component& component) {
  const std::string symbol = fmt::format("tagloom_{}_{}", component.record.kind, component.record.name);
  const auto& factory = *static_cast<const Factory*>(load_symbol(component.library, symbol));
  if (factory.options == nullptr || factory.create == nullptr)
    throw PluginError(
        fmt::format("{} exports {} without its functions; end its source with the component's macro.",
                    shown(component.library), shown(symbol)));
  return factory;
}

template <class Factory>
std::vector<OptionSpec> declared_options(const Component& component) {
  const auto& factory = factory_of<Factory>(component);
  auto options = guarded(located(component), [&] { return factory.options(); });
  std::set<std::string_view> names;
  for (const OptionSpec& option : options) {
    if (option.name.empty())
      throw PluginError(fmt::format("{} declares an option without a name; name it.", located(component)));
    if (!names.insert(option.name).second)
      throw PluginError(fmt::format("{} declares the option \"{}\" twice; give one another name.",
                                    located(component), shown(option.name)));
  }
  return options;
}

template <class Factory, class Pointer, class... Setup>
Created<Pointer> create(const Component& component, const Assignments& given, const Setup&... setup) {
  Options options(described(component), declared_options<Factory>(component), given);
  return guarded(located(component), [&] {
    Pointer made = factory_of<Factory>(component).create(options, setup...);
    if (made == nullptr)
      throw PluginError(fmt::format("{} was asked for and is null; let its factory return one or throw.",
                                    located(component)));
    return Created<Pointer>{std::move(made), std::move(options)};
  });
}

}  // namespace

std::vector<std::filesystem::path> search_path(const std::vector<std::filesystem::path>& plugin_dirs) {
  std::vector<std::filesystem::path> folders;
  for (const auto& folder : plugin_dirs) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored))
      throw UsageError(fmt::format("--plugin-dir {} is not a folder; give the folder that holds the plugin.",
                                   shown(folder)));
    folders.push_back(folder);
  }
  if (const char* variable = std::getenv("TAGLOOM_PLUGIN_PATH")) {
    std::string_view rest = variable;
    while (!rest.empty()) {
      const auto end = rest.find(':');
      if (const auto folder = rest.substr(0, end); !folder.empty()) folders.emplace_back(folder);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
  }
  std::error_code ignored;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", ignored);
  folders.push_back(executable.parent_path().parent_path() / "lib" / "tagloom" / "plugins");
  return folders;
}

Registry::Registry(const std::vector<std::filesystem::path>& folders) {
  for (const auto& folder : folders) {
    std::error_code ignored;
    if (std::filesystem::is_directory(folder, ignored)) scan(folder);
  }
}

void Registry::scan(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> libraries;
  try {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".so") libraries.push_back(entry.path());
    }
  } catch (const std::filesystem::filesystem_error& error) {
    refused_.emplace_back(folder, fmt::format("{} cannot be read: {}; check its permissions.", shown(folder),
                                              error.code().message()));
  }
  std::ranges::sort(libraries);
  for (const auto& library : libraries) {
    std::error_code ignored;
    const auto itself = std::filesystem::canonical(library, ignored);
    if (!itself.empty() && !scanned_.insert(itself).second) continue;
    try {
      add(library);
    } catch (const Error& error) {
      refused_.emplace_back(library, error.what());
    }
  }
}

void Registry::add(const std::filesystem::path& library) {
  const auto records = read_manifest(library);
  for (const ManifestRecord& record : records)
    check_fits_host(record, library);
  for (const ManifestRecord& record : records) {
    const auto [place, is_new] = places_.try_emplace({record.kind, record.name}, components_.size());
    if (is_new)
      components_.push_back({record, library});
    else
      hidden_.push_back({{record, library}, components_[place->second].library});
  }
}

const Component& Registry::find(const std::string& kind, const std::string& name) const {
  if (const auto place = places_.find({kind, name}); place != places_.end())
    return components_[place->second];
  // A library that was refused may be the one that was meant: say why it is not there.
  for (const auto& [library, why] : refused_) {
    if (library.filename().string().find(name) != std::string::npos) throw PluginError(why);
  }
  std::vector<std::string> names;
  for (const Component& component : components_) {
    if (component.record.kind == kind) names.push_back(shown(component.record.name));
  }
  throw PluginError(fmt::format(
      "There is no {} called \"{}\"; there is: {}. Give --plugin-dir if it lies elsewhere.{}", kind,
      shown(name), names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")), refusals()));
}

std::string Registry::refusals() const {
  if (refused_.empty()) return "";
  return fmt::format(" Refused: {}; `tagloom plugins list` says why.",
                     refused_.size() == 1
                         ? shown(refused_[0].first)
                         : fmt::format("{} and {} more", shown(refused_[0].first), refused_.size() - 1));
}

std::vector<Component> Registry::find_all(const std::string& name) const {
  std::vector<Component> found;
  std::ranges::copy_if(components_, std::back_inserter(found),
                       [&](const Component& component) { return component.record.name == name; });
  return found;
}

std::vector<OptionSpec> Registry::options(const Component& component) const {
  if (component.record.kind == "encoder") return declared_options<EncoderFactory>(component);
  if (component.record.kind == "classifier") return declared_options<ClassifierFactory>(component);
  if (component.record.kind == "decoder") return declared_options<DecoderFactory>(component);
  if (component.record.kind == "ordering") return declared_options<OrderingFactory>(component);
  if (component.record.kind == "loss") return declared_options<LossFactory>(component);
  if (component.record.kind == "multilabel_loss") return declared_options<MultilabelLossFactory>(component);
  throw PluginError(fmt::format("{} has a component of the unknown kind \"{}\".", shown(component.library),
                                shown(component.record.kind)));
}

Created<std::unique_ptr<Encoder>> Registry::encoder(const std::string& name, const Assignments& given) const {
  return create<EncoderFactory, std::unique_ptr<Encoder>>(find("encoder", name), given);
}

Created<std::shared_ptr<Classifier>> Registry::classifier(const std::string& name, const Assignments& given,
                                                          const ClassifierSetup& setup) const {
  return create<ClassifierFactory, std::shared_ptr<Classifier>>(find("classifier", name), given, setup);
}

Created<std::shared_ptr<Decoder>> Registry::decoder(const std::string& name, const Assignments& given,
                                                    const DecoderSetup& setup) const {
  return create<DecoderFactory, std::shared_ptr<Decoder>>(find("decoder", name), given, setup);
}

Created<std::unique_ptr<Ordering>> Registry::ordering(const std::string& name,
                                                      const Assignments& given) const {
  return create<OrderingFactory, std::unique_ptr<Ordering>>(find("ordering", name), given);
}

Created<std::unique_ptr<Loss>> Registry::loss(const std::string& name, const Assignments& given) const {
  return create<LossFactory, std::unique_ptr<Loss>>(find("loss", name), given);
}

Created<std::unique_ptr<MultilabelLoss>> Registry::multilabel_loss(const std::string& name,
                                                                   const Assignments& given) const {
  return create<MultilabelLossFactory, std::unique_ptr<MultilabelLoss>>(find("multilabel_loss", name), given);
}

}  // namespace tagloom::registry
