#include "registry/trust.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace tagloom::registry {
namespace {

constexpr const char* kTrust = "--trust-plugins takes it all the same";

std::optional<struct stat> looked_at(const std::filesystem::path& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return std::nullopt;
  return found;
}

bool anyone_may_write(const struct stat& file) {
  return (file.st_mode & S_IWOTH) != 0;
}

/// In a folder that everybody may write to everybody may exchange what lies in it, unless it is one like
/// /tmp, where each may touch only what is his own.
bool anyone_may_exchange(const struct stat& folder) {
  return anyone_may_write(folder) && (folder.st_mode & S_ISVTX) == 0;
}

/// The nearest folder on the way down to what the path leads to whose content anybody may exchange; empty if
/// there is none.
std::filesystem::path exchangeable_above(const std::filesystem::path& path) {
  std::error_code failed;
  std::filesystem::path folder = std::filesystem::canonical(path, failed);
  while (!failed && folder.has_relative_path()) {
    folder = folder.parent_path();
    if (const auto found = looked_at(folder); found && anyone_may_exchange(*found)) return folder;
  }
  return {};
}

bool is_known(uid_t owner) {
  static const auto program = looked_at("/proc/self/exe");
  return owner == 0 || owner == geteuid() || (program && owner == program->st_uid);
}

}  // namespace

std::string objection_to_folder(const std::filesystem::path& folder) {
  const auto found = looked_at(folder);
  if (!found) return "";
  if (anyone_may_write(*found))
    return fmt::format("Plugins in {} are not loaded, since every user may write to it; chmod o-w it, or {}.",
                       shown(folder), kTrust);
  if (!is_known(found->st_uid))
    return fmt::format(
        "Plugins in {} are not loaded, since it belongs to another user (number {}); chown it, "
        "or {}.",
        shown(folder), found->st_uid, kTrust);
  if (const auto above = exchangeable_above(folder); !above.empty())
    return fmt::format(
        "Plugins in {} are not loaded, since every user may write to {} above it; chmod o-w that, or {}.",
        shown(folder), shown(above), kTrust);
  return "";
}

std::string objection_to_library(const std::filesystem::path& library) {
  const auto found = looked_at(library);
  // What cannot be looked at cannot be read, and that is said elsewhere.
  if (!found) return "";
  if (anyone_may_write(*found))
    return fmt::format("{} is not loaded, since every user may write to it; chmod o-w it, or {}.",
                       shown(library), kTrust);
  if (!is_known(found->st_uid))
    return fmt::format("{} is not loaded, since it belongs to another user (number {}); chown it, or {}.",
                       shown(library), found->st_uid, kTrust);
  // It may be a link to elsewhere.
  if (const auto above = exchangeable_above(library); !above.empty())
    return fmt::format(
        "{} is not loaded, since every user may write to {}, where it lies; chmod o-w that, or {}.",
        shown(library), shown(above), kTrust);
  return "";
}

}  // namespace tagloom::registry
