#pragma once

/// Caches made of several files.

#include "layout/cache_file.hpp"

namespace tagloom::featurecache {

/// In their order. Has the system let this process keep so many files open.
[[nodiscard]] std::vector<CacheFile> open_all(const std::vector<std::filesystem::path>& paths);

/// Images that one file was made without, and another has after all, are not left out of both.
void leave_out_only_missing(LeftOut& left_out, const RowKeys& keys);

}  // namespace tagloom::featurecache
