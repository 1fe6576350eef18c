#include "reading/read_rows.hpp"

#include "layout/scratch.hpp"

namespace tagloom::featurecache {

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
