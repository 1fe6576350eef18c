#pragma once

/// `tagloom cache build` and `tagloom cache info`.

#include "annotation/encoder_choice.hpp"
#include "commands/arguments.hpp"
#include "commands/line.hpp"
#include "features/build_cache.hpp"

#include <filesystem>

namespace tagloom::commands {

struct CacheBuildLine {
  features::BuildConfig config;
  /// A checkpoint whose encoder is taken, with its options and pixels; none if empty.
  std::filesystem::path model;
  /// What the user says of it.
  annotation::EncoderChoice encoder;
  PluginOptions plugins;
};
const Line<CacheBuildLine>& cache_build_line();

struct CacheInfoLine {
  std::filesystem::path path;
  bool json = false;
};
const Line<CacheInfoLine>& cache_info_line();

}  // namespace tagloom::commands
