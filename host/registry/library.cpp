#include "registry/library.hpp"

#include "runtime/calling.hpp"
#include "runtime/crash.hpp"

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

/// The resolver's message ("undefined symbol: ...") is only in the exception.
boost::dll::shared_library loaded_now(const std::filesystem::path& library) {
  const runtime::Calling calling("loading " + shown(library));
  try {
    return boost::dll::shared_library(library,
                                      boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception& failure) {
    throw PluginError(fmt::format("{} cannot be loaded ({}); build the plugin again with this tagloom.",
                                  shown(library), shown(failure.what())));
  }
}

/// Loaded now or before; `loaded().mutex` is held.
const boost::dll::shared_library& handle_of(const std::filesystem::path& library) {
  auto& libraries = loaded().libraries;
  const auto found = libraries.find(library);
  return found != libraries.end() ? found->second
                                  : libraries.emplace(library, loaded_now(library)).first->second;
}

}  // namespace

void load_library(const std::filesystem::path& library) {
  const std::scoped_lock lock(loaded().mutex);
  (void)handle_of(library);
}

const void* load_symbol(const std::filesystem::path& library, const std::string& symbol) {
  const std::scoped_lock lock(loaded().mutex);
  const auto& handle = handle_of(library);
  if (!handle.has(symbol))
    throw PluginError(
        fmt::format("{} names {} in its manifest but does not export it; end its source with the "
                    "component's macro.",
                    shown(library), shown(symbol)));
  const void* const address = &handle.get<const char>(symbol);
  runtime::name_in_crashes(library, address);
  return address;
}

}  // namespace tagloom::registry
