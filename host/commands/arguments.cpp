#include "commands/arguments.hpp"

#include "runtime/helper.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>

namespace tagloom::commands {

options::Table<PluginOptions> plugin_folder_rows() {
  return {options::Row("plugin-dir", &PluginOptions::folders, "look for plugins here first (repeatable)")
              .folder(),
          options::Row("trust-plugins", &PluginOptions::trust_all,
                       "load plugins that other users can change, too")};
}

options::Table<PluginOptions> plugin_rows() {
  return options::joined<PluginOptions>(
      {plugin_folder_rows(), {assignments_row(&PluginOptions::assignments)}});
}

registry::Registry registry_of(const PluginOptions& given) {
  auto folders = registry::search_path(given.folders);
  for (const std::string& remark : registry::remarks(folders))
    runtime::print_error("warning: {}\n", remark);
  return registry::Registry(std::move(folders),
                            {.trust_all = given.trust_all,
                             .inspector = std::make_shared<registry::Inspector>(
                                 registry::usual_file_of_inspections(), runtime::full_program())});
}

Settings settings_of(const PluginOptions& given, const std::vector<std::string>& kinds) {
  Settings settings;
  for (const std::string& assignment : given.assignments) {
    const auto dot = assignment.find('.');
    const auto equals = assignment.find('=');
    if (dot == std::string::npos || equals == std::string::npos || dot > equals)
      throw UsageError(fmt::format("--set takes KIND.NAME=VALUE, not \"{}\".", shown(assignment)));
    const std::string kind = assignment.substr(0, dot);
    if (std::ranges::find(kinds, kind) == kinds.end())
      throw UsageError(fmt::format("--set {}: this command sets options of {}, not of \"{}\"{}.",
                                   shown(assignment), fmt::join(kinds, ", "), shown(kind),
                                   did_you_mean(kind, kinds)));
    settings[kind][assignment.substr(dot + 1, equals - dot - 1)] = assignment.substr(equals + 1);
  }
  return settings;
}

std::filesystem::path path_from(const po::variables_map& values, const std::string& name) {
  return values.count(name) > 0 ? std::filesystem::path(values[name].as<std::string>())
                                : std::filesystem::path();
}

}  // namespace tagloom::commands
