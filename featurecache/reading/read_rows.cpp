#include "reading/read_rows.hpp"

#include "layout/scratch.hpp"

#include <algorithm>

namespace tagloom::featurecache {

std::vector<const CacheReader*> pointers_to(const std::vector<CacheReader>& caches) {
  std::vector<const CacheReader*> pointers;
  for (const CacheReader& cache : caches)
    pointers.push_back(&cache);
  return pointers;
}

at::ScalarType type_as_stored(std::span<const CacheReader* const> caches) {
  const at::ScalarType first = type_as_stored(caches.front()->info().store);
  const bool same = std::ranges::all_of(
      caches, [&](const CacheReader* cache) { return type_as_stored(cache->info().store) == first; });
  return same ? first : at::kFloat;
}

Features read_rows(std::span<const CacheReader* const> caches, std::span<const SourceRow> rows,
                   const CacheReader::Form& form) {
  if (rows.empty()) return {};
  const Features batch = caches[rows.front().source]->room(static_cast<std::int64_t>(rows.size()), form);
  RowScratch scratch;
  std::int64_t position = 0;
  for (const SourceRow& row : rows)
    caches[row.source]->read_into(batch, position++, row.row, scratch);
  return batch;
}

}  // namespace tagloom::featurecache
