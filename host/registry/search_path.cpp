#include "registry/search_path.hpp"

#include "runtime/prefix.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

namespace tagloom::registry {

namespace fs = std::filesystem;

std::vector<PluginFolder> search_path(const std::vector<fs::path>& plugin_dirs) {
  std::vector<PluginFolder> folders;
  for (const auto& folder : plugin_dirs) {
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored))
      throw UsageError(fmt::format("--plugin-dir {} is not a folder; give the folder that holds the plugin.",
                                   shown(folder)));
    folders.push_back({folder, kGivenFolder});
  }
  if (const char* variable = std::getenv(kFolderOfEnvironment)) {
    std::string_view rest = variable;
    while (!rest.empty()) {
      const auto end = rest.find(':');
      if (const auto folder = rest.substr(0, end); !folder.empty())
        folders.push_back({folder, kFolderOfEnvironment});
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
  }
  folders.push_back({runtime::prefix() / "lib" / "tagloom" / "plugins", "tagloom's own"});
  return folders;
}

std::vector<std::string> remarks(const std::vector<PluginFolder>& folders) {
  std::vector<std::string> sentences;
  for (const PluginFolder& folder : folders) {
    std::error_code ignored;
    if (folder.origin != kFolderOfEnvironment || fs::is_directory(folder.path, ignored)) continue;
    const bool literal = folder.path.native().starts_with("~");
    const bool there = fs::exists(folder.path, ignored);
    sentences.push_back(
        fmt::format("{} names {}, which is {}.", kFolderOfEnvironment, shown(folder.path),
                    literal ? "not there: a shell replaces ~ only where it is not quoted; write $HOME"
                    : there ? "no folder; name the folder that holds the plugins"
                            : "not there; name the folder that holds the plugins"));
  }
  return sentences;
}

}  // namespace tagloom::registry
