#pragma once

/// Compares what is read of a row with its hash, the first time: whoever reads features notices that they
/// changed since they were written, and no later epoch pays for it. Several threads may read at once.

#include "layout/cache_file.hpp"

#include <atomic>
#include <cstdint>
#include <vector>

namespace tagloom::featurecache {

class FirstReads {
 public:
  /// The file must outlive this.
  explicit FirstReads(const CacheFile& file)
      : file_(file), checked_(file.layout().keys.size()), pooled_checked_(file.layout().keys.size()) {}

  /// `read` is what was wanted of the row, the map not packed. Throws as CacheFile::check does. The hash of a
  /// map is also that of the pooled features: if those were not wanted, they are read into `scratch`.
  void check(std::int64_t row, const RowBytes& read, Scratch& scratch);

 private:
  const CacheFile& file_;
  /// By row: whether it was read with its map, and whether without.
  std::vector<std::atomic<bool>> checked_;
  std::vector<std::atomic<bool>> pooled_checked_;
};

}  // namespace tagloom::featurecache
