#pragma once

/// The folder `FILE.parts` of a cache that is being built: shards that are whole, a manifest of what they are
/// made with, and a lock. Whatever a killed process or a power failure left there, opening the folder makes
/// it usable again.

#include "cache_file.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::featurecache {

/// Held by the one process that writes a cache; the system releases it when the process ends, however it
/// ends.
class FolderLock {
 public:
  /// Creates the folder if need be. Throws DataError if another process holds the lock or the folder cannot
  /// be written.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

class Parts {
 public:
  struct Shard {
    std::filesystem::path path;
    RowKeys keys;
  };

  /// Starts or continues the parts of the cache at `cache`. Throws DataError if they were made with anything
  /// else than `info` says.
  Parts(const std::filesystem::path& cache, CacheInfo info);

  [[nodiscard]] const CacheInfo& info() const { return info_; }
  [[nodiscard]] const std::vector<Shard>& shards() const { return shards_; }
  void add(const RowKeys& keys, const RowSource& row);
  /// Writes all rows of all shards into one file at `path`. A shard that was begun without compression is not
  /// packed now: its rows are stored as they are.
  void assemble(const std::filesystem::path& path) const;
  /// Deletes the folder and all in it.
  void remove();

 private:
  void check_manifest() const;
  void remove_leftovers() const;
  void load_shards();
  void refuse_if_different(const CacheInfo& there) const;

  std::filesystem::path folder_;
  CacheInfo info_;
  FolderLock lock_;
  std::vector<Shard> shards_;
  std::size_t next_number_ = 0;
};

}  // namespace tagloom::featurecache
