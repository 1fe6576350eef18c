#pragma once

/// Where plugins are looked for.

#include <concepts>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tagloom::registry {

/// The origin of a folder that the command line names.
inline constexpr const char* kGivenFolder = "--plugin-dir";
/// And of one that the environment names.
inline constexpr const char* kFolderOfEnvironment = "TAGLOOM_PLUGIN_PATH";

/// A folder, and who named it: `kGivenFolder`, `kFolderOfEnvironment`, "tagloom's own".
struct PluginFolder {
  /// From whatever a path can be made of.
  template <std::convertible_to<std::filesystem::path> Path>
  PluginFolder(Path&& folder, std::string who = "the caller")
      : path(std::forward<Path>(folder)), origin(std::move(who)) {}

  std::filesystem::path path;
  std::string origin;
  /// What was found there, once it was looked at: "4 libraries", "not there".
  std::string state;
};

/// `--plugin-dir` folders first, then those of TAGLOOM_PLUGIN_PATH (separated by colons), then the folder
/// that belongs to this executable (`../lib/tagloom/plugins` beside it, in a build as in an installation).
/// Throws UsageError for a folder of the command line that is none.
std::vector<PluginFolder> search_path(const std::vector<std::filesystem::path>& plugin_dirs);

/// What a user should know of folders of TAGLOOM_PLUGIN_PATH in which nothing can be found, a sentence each:
/// such as are not there, or are none.
std::vector<std::string> remarks(const std::vector<PluginFolder>& folders);

}  // namespace tagloom::registry
