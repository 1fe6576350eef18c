#pragma once

/// What several commands share: where plugins are looked for, component options given as
/// `--set KIND.NAME=VALUE`, and the files that are written.

#include "options/table.hpp"
#include "registry/registry.hpp"

#include <boost/program_options/variables_map.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tagloom::commands {

namespace po = boost::program_options;

struct PluginOptions {
  std::vector<std::filesystem::path> folders;
  bool trust_all = false;
  std::vector<std::string> assignments;
};

/// `--set`, for a member of any configuration.
template <class Config>
options::Row<Config> assignments_row(std::vector<std::string> Config::*member) {
  return {"set", member,
          "a component's option as KIND.NAME=VALUE, e.g. decoder.hidden=512 (repeatable; the last of one "
          "name counts)"};
}

/// `--plugin-dir` and `--trust-plugins`.
options::Table<PluginOptions> plugin_folder_rows();
/// These and `--set`.
options::Table<PluginOptions> plugin_rows();

/// Its libraries meet a helper before they are loaded.
registry::Registry registry_of(const PluginOptions& given);

/// `--set` assignments, by component kind ("decoder", "encoder", ...).
using Settings = std::map<std::string, registry::Assignments>;

/// Throws UsageError if an assignment has no "KIND.NAME=VALUE" form or its kind is not among `kinds`.
Settings settings_of(const PluginOptions& given, const std::vector<std::string>& kinds);

/// A string option as a path.
std::filesystem::path path_from(const po::variables_map& values, const std::string& name);

}  // namespace tagloom::commands
