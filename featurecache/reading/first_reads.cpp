#include "reading/first_reads.hpp"

namespace tagloom::featurecache {

void FirstReads::check(std::int64_t row, const RowBytes& read, Scratch& scratch) {
  const auto i = static_cast<std::size_t>(row);
  const bool with_map = !read.map.empty();
  if (checked_[i] || (!with_map && (pooled_checked_[i] || read.pooled.empty()))) return;
  RowBytes all = read;
  if (with_map && read.pooled.empty()) {
    const auto unwanted = scratch.take(pooled_bytes(file_.layout().info));
    if (!unwanted.empty()) file_.read_pooled(row, unwanted);
    all.pooled = unwanted;
  }
  file_.check(row, all);
  (with_map ? checked_ : pooled_checked_)[i] = true;
}

}  // namespace tagloom::featurecache
