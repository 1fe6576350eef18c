#include "registry/library.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <fmt/format.h>

#include <map>
#include <mutex>

namespace tagloom::registry {
namespace {

/// Leaked on purpose: gradient functions and type information of a plugin may be needed until the very end.
struct Loaded {
  std::mutex mutex;
  std::map<std::filesystem::path, boost::dll::shared_library> libraries;
};

Loaded& loaded() {
  static auto* const instance = new Loaded;
  return *instance;
}

}  // namespace

const void* load_symbol(const std::filesystem::path& library, const std::string& symbol) {
  Loaded& all = loaded();
  const std::scoped_lock lock(all.mutex);
  auto found = all.libraries.find(library);
  if (found == all.libraries.end()) {
    boost::dll::shared_library handle;
    // The resolver's message ("undefined symbol: ...") is only in the exception.
    try {
      handle.load(library, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    } catch (const std::exception& failure) {
      throw PluginError(fmt::format("{} cannot be loaded ({}); build the plugin again with this tagloom.",
                                    shown(library), shown(failure.what())));
    }
    found = all.libraries.emplace(library, std::move(handle)).first;
  }
  if (!found->second.has(symbol))
    throw PluginError(
        fmt::format("{} names {} in its manifest but does not export it; end its source with the "
                    "component's macro.",
                    shown(library), shown(symbol)));
  return &found->second.get<const char>(symbol);
}

}  // namespace tagloom::registry
