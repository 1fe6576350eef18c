#pragma once

/// A cache written anew in another type of numbers.

#include "layout/cache_file.hpp"

#include <tagloom/featurecache/merge.hpp>

namespace tagloom::featurecache {

/// Writes `out` with the rows of `from`, in the order of their names, as `settings.store`. Reads every row
/// twice. Throws as `merge` does.
CacheInfo convert(const std::filesystem::path& out, const CacheFile& from, const MergeSettings& settings);

}  // namespace tagloom::featurecache
