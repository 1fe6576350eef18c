#include <tagloom/base/user_folder.hpp>

#include <cstdlib>

namespace tagloom {
namespace {

/// What is not absolute does not count, as the XDG specification has it.
std::filesystem::path absolute(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && value[0] == '/' ? value : "";
}

}  // namespace

std::filesystem::path user_cache_folder() {
  const std::filesystem::path home = absolute("HOME");
  std::filesystem::path caches = absolute("XDG_CACHE_HOME");
  if (caches.empty() && !home.empty()) caches = home / ".cache";
  return caches.empty() ? caches : caches / "tagloom";
}

}  // namespace tagloom
