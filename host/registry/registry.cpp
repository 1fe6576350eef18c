#include "registry/registry.hpp"

#include "registry/trust.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tagloom::registry {

namespace fs = std::filesystem;

Registry::Registry(std::vector<PluginFolder> folders, RegistrySettings settings)
    : settings_(std::move(settings)), folders_(std::move(folders)) {
  for (PluginFolder& folder : folders_)
    folder.state = scan(folder.path);
}

namespace {

/// The files that may be libraries, in the order of their names.
std::vector<fs::path> libraries_in(const fs::path& folder) {
  std::vector<fs::path> libraries;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".so") libraries.push_back(entry.path());
  std::ranges::sort(libraries);
  return libraries;
}

bool has_libraries(const fs::path& folder) {
  try {
    return !libraries_in(folder).empty();
  } catch (const fs::filesystem_error&) {
    return false;
  }
}

/// A plugin's project is not the folder that its library is built into. Empty if there are libraries.
std::string where_else(const PluginFolder& folder) {
  if (folder.origin != kGivenFolder || has_libraries(folder.path)) return "";
  const fs::path built = folder.path / "build";
  return has_libraries(built)
             ? fmt::format(" {} has no libraries, but {} has: give that one as --plugin-dir.",
                           shown(folder.path), shown(built))
             : fmt::format(
                   " {} has no libraries; give --plugin-dir the folder that the plugin "
                   "was built into.",
                   shown(folder.path));
}

}  // namespace

std::string Registry::scan(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return "not there";
  try {
    const auto libraries = libraries_in(folder);
    const std::string objection = settings_.trust_all ? "" : objection_to_folder(folder);
    if (!libraries.empty() && !objection.empty()) {
      refused_.emplace_back(folder, objection);
      return "refused";
    }
    for (const auto& library : libraries)
      meet(library);
    return counted(libraries.size(), "library", "libraries");
  } catch (const fs::filesystem_error& error) {
    refused_.emplace_back(folder, fmt::format("{} cannot be read: {}; check its permissions.", shown(folder),
                                              error.code().message()));
    return "cannot be read";
  }
}

void Registry::meet(const fs::path& library) {
  std::error_code ignored;
  const auto itself = fs::canonical(library, ignored);
  if (!itself.empty() && !scanned_.insert(itself).second) return;
  try {
    add(library);
  } catch (const Error& error) {
    refused_.emplace_back(library, error.what());
  }
}

void Registry::check_trusted(const fs::path& library) const {
  if (const auto objection = settings_.trust_all ? "" : objection_to_library(library); !objection.empty())
    throw PluginError(objection);
}

void Registry::add(const fs::path& library) {
  const auto [about, records] = read_manifest(library);
  for (const ManifestRecord& record : records)
    check_fits_host(record, library);
  check_trusted(library);
  const auto known = settings_.inspector == nullptr ? std::nullopt : settings_.inspector->known(library);
  if (known && !known->refusal.empty()) throw PluginError(known->refusal);
  for (const ManifestRecord& record : records) {
    const auto* const part = known ? known->find(record.kind, record.name) : nullptr;
    if (part != nullptr && !part->refusal.empty())
      refused_.emplace_back(library, part->refusal);
    else
      add({record, about, library});
  }
}

void Registry::add(const Component& component) {
  const auto [place, is_new] =
      places_.try_emplace({component.record.kind, component.record.name}, components_.size());
  if (is_new)
    components_.push_back(component);
  else
    hidden_.push_back({component, components_[place->second].library});
}

Registry Registry::of_library(const fs::path& library) {
  Registry registry(std::vector<PluginFolder>(), {.trust_all = true, .inspector = nullptr});
  registry.meet(library);
  return registry;
}

std::vector<fs::path> Registry::libraries() const {
  std::set<fs::path> all;
  for (const Component& component : components_)
    all.insert(component.library);
  for (const Hidden& hidden : hidden_)
    all.insert(hidden.component.library);
  for (const auto& [library, why] : refused_)
    if (settings_.inspector->known(library) && (settings_.trust_all || objection_to_library(library).empty()))
      all.insert(library);
  return {all.begin(), all.end()};
}

void Registry::try_all() {
  if (settings_.inspector == nullptr) return;
  settings_.inspector->inspect_all(libraries());
  *this = Registry(folders_, settings_);
}

const Component& Registry::find(const std::string& kind, const std::string& name) const {
  if (const auto place = places_.find({kind, name}); place != places_.end())
    return components_[place->second];
  std::vector<std::string> names;
  for (const Component& component : components_) {
    if (component.record.kind == kind) names.push_back(shown(component.record.name));
  }
  throw missing(
      name,
      fmt::format("There is no {} called \"{}\"{}; there is: {}. Give --plugin-dir if it lies elsewhere.",
                  kind, shown(name), did_you_mean(name, names),
                  names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

PluginError Registry::missing(const std::string& name, const std::string& sentence) const {
  // A library that was refused may be the one that was meant.
  if (const std::string why = refusal_of(name); !why.empty()) return PluginError(why);
  std::string hints;
  for (const PluginFolder& folder : folders_)
    hints += where_else(folder);
  return PluginError(sentence + refusals() + hints);
}

std::string Registry::refusal_of(const std::string& name) const {
  for (const auto& [library, why] : refused_) {
    const std::string file = library.stem().string();
    // As tagloom_add_plugin calls them, or as the component alone.
    if (file == name || file.ends_with("_" + name)) return why;
  }
  return "";
}

std::string Registry::refusals() const {
  if (refused_.empty()) return "";
  return fmt::format(" Refused: {}{}", refused_[0].second,
                     refused_.size() == 1
                         ? ""
                         : fmt::format(" `tagloom plugins list` says what else was refused: {} "
                                       "more.",
                                       refused_.size() - 1));
}

std::vector<Component> Registry::find_all(const std::string& name) const {
  std::vector<Component> found;
  std::ranges::copy_if(components_, std::back_inserter(found),
                       [&](const Component& component) { return component.record.name == name; });
  if (!found.empty()) return found;
  std::vector<std::string> names;
  for (const Component& component : components_)
    names.push_back(component.record.name);
  throw missing(name, fmt::format("There is no component called \"{}\"{}; `tagloom plugins list` shows them.",
                                  shown(name), did_you_mean(name, names)));
}

bool Registry::has(const std::string& name) const {
  return std::ranges::any_of(components_,
                             [&](const Component& component) { return component.record.name == name; });
}

}  // namespace tagloom::registry
