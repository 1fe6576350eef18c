#pragma once

/// `tagloom cache build`, `tagloom cache info` and `tagloom cache verify`.

#include "commands/arguments.hpp"
#include "commands/line.hpp"
#include "features/build_cache.hpp"

#include <filesystem>

namespace tagloom::commands {

struct CacheBuildLine {
  features::BuildConfig config;
  PluginOptions plugins;
};
const Line<CacheBuildLine>& cache_build_line();

struct CacheInfoLine {
  std::filesystem::path path;
  bool json = false;
};
const Line<CacheInfoLine>& cache_info_line();

struct CacheVerifyLine {
  std::filesystem::path path;
};
const Line<CacheVerifyLine>& cache_verify_line();

}  // namespace tagloom::commands
