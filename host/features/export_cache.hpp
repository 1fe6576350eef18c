#pragma once

/// `tagloom cache export` as a library call: a cache's features for programs that read NumPy's .npy or
/// safetensors.

#include <cstdint>
#include <filesystem>

namespace tagloom::features {

enum class ArrayFormat {
  /// A folder: pooled.npy `[images, channels]`, map.npy `[images, height, width, channels]`, names.txt (a
  /// name a
  /// line), cache.json (the cache's description).
  npy,
  /// One file: tensors `pooled` and `map` of these shapes; in the metadata `names` (a JSON list) and
  /// `tagloom`
  /// (the description).
  safetensors,
};

struct ExportCacheConfig {
  std::filesystem::path cache;
  ArrayFormat format = ArrayFormat::npy;
  /// A folder or a file, as the format wants it.
  std::filesystem::path output;
  /// Leave maps out.
  bool pooled_only = false;
};

struct ExportCacheResult {
  std::int64_t images = 0;
  std::uint64_t bytes = 0;
};

/// Throws UsageError for what cannot be exported so.
void check(const ExportCacheConfig& config);

/// Writes numbers of the type in which they are stored, rows in the cache's order, of which a few are in
/// memory at a time. Files that are there are replaced. Throws DataError as a CacheReader does, if a name has
/// a line break (npy), or if the disk is full; Interrupted when told to stop.
ExportCacheResult export_cache(const ExportCacheConfig& config);

}  // namespace tagloom::features
