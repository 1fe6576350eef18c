#pragma once

/// Caches made of several files.

#include "layout/cache_file.hpp"

namespace tagloom::featurecache {

/// In their order. Has the system let this process keep so many files open.
[[nodiscard]] std::vector<CacheFile> open_all(const std::vector<std::filesystem::path>& paths);

}  // namespace tagloom::featurecache
