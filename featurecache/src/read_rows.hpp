#pragma once

/// One batch from several caches: the images as they are and their other views.

#include <tagloom/featurecache/stream.hpp>

#include <span>

namespace tagloom::featurecache {

/// Features of the rows in their order, from whichever cache each is in; `pinned` as CacheReader::read.
Features read_rows(std::span<const CacheReader* const> caches, std::span<const SourceRow> rows,
                   FeatureNeeds needs, bool pinned);

}  // namespace tagloom::featurecache
