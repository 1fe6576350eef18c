#include "registry/registry.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

namespace tagloom::registry {

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

}  // namespace tagloom::registry
