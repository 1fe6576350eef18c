#include "read_rows.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace tagloom::featurecache {
namespace {

/// Copies `part` into the rows `positions` of `whole`, which is made when it is first needed.
void place(at::Tensor& whole, const at::Tensor& part, const at::Tensor& positions, std::int64_t rows,
           bool pinned) {
  if (!part.defined()) return;
  if (!whole.defined()) {
    std::vector<std::int64_t> sizes = part.sizes().vec();
    sizes[0] = rows;
    whole = at::empty(sizes, part.options().pinned_memory(pinned));
  }
  whole.index_copy_(0, positions, part);
}

}  // namespace

Features read_rows(std::span<const CacheReader* const> caches, std::span<const SourceRow> rows,
                   FeatureNeeds needs, bool pinned) {
  Features all;
  for (std::size_t source = 0; source < caches.size(); ++source) {
    std::vector<std::int64_t> positions;
    std::vector<std::int64_t> wanted;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].source != source) continue;
      positions.push_back(static_cast<std::int64_t>(i));
      wanted.push_back(rows[i].row);
    }
    if (wanted.empty()) continue;
    // The common case needs no second copy.
    if (wanted.size() == rows.size()) return caches[source]->read(wanted, needs, pinned);
    const Features part = caches[source]->read(wanted, needs);
    const at::Tensor index = at::tensor(positions, at::kLong);
    const auto count = static_cast<std::int64_t>(rows.size());
    place(all.pooled, part.pooled, index, count, pinned);
    place(all.map, part.map, index, count, pinned);
  }
  return all;
}

}  // namespace tagloom::featurecache
