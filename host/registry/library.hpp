#pragma once

/// Loading of plugin libraries through Boost.DLL, each once a process.

#include <filesystem>
#include <string>

namespace tagloom::registry {

/// Loads the library, resolving all its symbols at once, and never unloads it. Throws PluginError if it
/// cannot be loaded. Safe to call from several threads.
void load_library(const std::filesystem::path& library);

/// The address of an exported symbol. Loads the library. Throws PluginError if it cannot be
/// loaded or has no such symbol. Safe to call from several threads.
const void* load_symbol(const std::filesystem::path& library, const std::string& symbol);

}  // namespace tagloom::registry
