#include "registry/library.hpp"

#include "runtime/calling.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <fmt/format.h>

#include <dlfcn.h>
#include <map>
#include <mutex>
#include <string_view>

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

/// What stands behind `words` in the loader's text, and before anything else that it adds.
std::string behind(std::string_view words, std::string_view reason) {
  const auto found = reason.find(words);
  if (found == std::string_view::npos) return "";
  const std::string_view rest = reason.substr(found + words.size());
  return std::string(rest.substr(0, rest.find_first_of(" ,:(")));
}

/// The dynamic loader's reason, and what to do about it.
PluginError not_loaded(const std::filesystem::path& library, std::string reason) {
  if (const auto own = library.string() + ": "; reason.starts_with(own)) reason.erase(0, own.size());
  if (const auto symbol = behind("undefined symbol: ", reason); !symbol.empty())
    return PluginError(
        fmt::format("{} cannot be loaded: it needs \"{}\", which no library has; link what defines it, or "
                    "build the plugin again with this tagloom.",
                    shown(library), shown(brief(spelt(symbol.c_str())))));
  if (reason.find("cannot open shared object file") != std::string::npos)
    return PluginError(fmt::format(
        "{} cannot be loaded: it needs {}, which is not found; install it, or put its folder into "
        "LD_LIBRARY_PATH or the plugin's RUNPATH.",
        shown(library), shown(brief(reason.substr(0, reason.find(": "))))));
  return PluginError(fmt::format("{} cannot be loaded: {}; build the plugin again for this machine.",
                                 shown(library), shown(brief(reason))));
}

PluginError threw(const std::filesystem::path& library, const std::string& what) {
  return PluginError(
      fmt::format("{} cannot be loaded: a constructor of its static objects threw an exception ({}); let it "
                  "make what may fail when a component is created.",
                  shown(library), shown(what)));
}

/// glibc declares that dlopen throws nothing, but a library's static constructors may: where the compiler
/// relies on the declaration, which depends on what it inlines, their exceptions end the process. A library
/// that is there already is not constructed again for Boost.
void construct(const std::filesystem::path& library) {
  void* (*volatile open)(const char*, int) = dlopen;
  (void)open(library.c_str(), RTLD_NOW | RTLD_LOCAL);
}

boost::dll::shared_library loaded_now(const std::filesystem::path& library) {
  const runtime::Calling calling("loading " + shown(library));
  namespace dll = boost::dll;
  boost::dll::fs::error_code failed;
  try {
    construct(library);
    dll::shared_library handle(library, failed, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
    if (!failed) return handle;
  } catch (const std::exception& failure) {
    throw threw(library, brief_what(failure));
  } catch (...) {
    throw threw(library, "it is no std::exception");
  }
  // Boost has the loader's reason in a sentence of its own; this is the reason alone.
  const char* const reason = dlerror();
  throw not_loaded(library, reason == nullptr ? failed.message() : reason);
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
  return &handle.get<const char>(symbol);
}

}  // namespace tagloom::registry
