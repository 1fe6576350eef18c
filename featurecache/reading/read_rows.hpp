#pragma once

/// One batch from several caches: the images as they are and their other views.

#include <tagloom/featurecache/stream.hpp>

#include <span>

namespace tagloom::featurecache {

/// Features of the rows in their order, from whichever cache each is in.
Features read_rows(std::span<const CacheReader* const> caches, std::span<const SourceRow> rows,
                   const CacheReader::Form& form);

}  // namespace tagloom::featurecache
