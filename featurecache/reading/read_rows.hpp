#pragma once

/// One batch from several caches: the images as they are and their other views.

#include <tagloom/featurecache/stream.hpp>

#include <span>
#include <vector>

namespace tagloom::featurecache {

[[nodiscard]] std::vector<const CacheReader*> pointers_to(const std::vector<CacheReader>& caches);

/// `type_as_stored` of all of them: that which they have in common, or float32.
[[nodiscard]] at::ScalarType type_as_stored(std::span<const CacheReader* const> caches);

/// Features of the rows in their order, from whichever cache each is in.
Features read_rows(std::span<const CacheReader* const> caches, std::span<const SourceRow> rows,
                   const CacheReader::Form& form);

}  // namespace tagloom::featurecache
