#pragma once

/// The folder `FILE.parts` of a cache that is being built: shards that are whole, a manifest of what they are
/// made with, and a lock. Whatever a killed process or a power failure left there, opening the folder makes
/// it usable again. Nothing that was ever stored is removed before the cache is whole: what turns out damaged
/// is set aside as `NAME.damaged`. Links are not followed.

#include "layout/cache_file.hpp"

#include <tagloom/base/file_lock.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tagloom::featurecache {

class Parts {
 public:
  struct Shard {
    std::filesystem::path path;
    RowKeys keys;
  };

  /// Starts or continues the parts of the cache at `cache`. Reads all shards' names, and as many features as
  /// it can in a second, newest first, since a power failure damages those; `assemble` checks all. Throws
  /// DataError if another process writes there, if the parts were made with anything else than `info` says,
  /// or if they cannot be read.
  Parts(std::filesystem::path cache, CacheInfo info, const WriterSettings& settings);

  /// The finished cache that is appended to, if there is one.
  [[nodiscard]] const std::optional<CacheFile>& base() const { return base_; }

  [[nodiscard]] const CacheInfo& info() const { return info_; }
  [[nodiscard]] const std::vector<Shard>& shards() const { return shards_; }
  /// Whole sentences for the user: what was set aside, and what the lock cannot do.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

  /// The last shard, if it is smaller than both and stored as this build stores: it is open again, and the
  /// next `store` must bring its rows, too.
  [[nodiscard]] std::optional<CacheFile> reopen_last(std::size_t images, std::uint64_t bytes);
  /// Writes the open shard, in the place of what it was when it was stored last.
  void store(const RowKeys& keys, const RowSource& row);
  /// The next `store` begins a shard of its own.
  void close_shard() { open_ = false; }

  /// Writes all rows of the finished cache, if there is one, and of all shards into the cache, in the order
  /// of their names. A shard that was begun without compression is not packed now: its rows are stored as
  /// they are. Throws Interrupted when told to stop; all parts are kept.
  CacheInfo assemble(LeftOut left_out);
  /// Deletes what the cache holds now, and the folder unless something else is in it.
  void remove();

 private:
  void open_base();
  void check_manifest();
  void remove_leftovers() const;
  void load_shards(const Clock& now);
  void load_shard(const std::filesystem::path& path, bool check_features);
  [[nodiscard]] bool base_has(const RowKeys& keys) const;
  void refuse_if_different(const CacheInfo& there) const;
  [[nodiscard]] CacheInfo whole_info(LeftOut left_out, const RowKeys& keys) const;
  /// Returns the sentence that says so.
  std::string set_aside(const std::filesystem::path& damaged) const;
  [[nodiscard]] std::filesystem::path manifest() const { return folder_ / "manifest.json"; }

  std::filesystem::path cache_;
  std::filesystem::path folder_;
  CacheInfo info_;
  std::optional<FileLock> lock_;
  std::optional<CacheFile> base_;
  std::unordered_map<std::string_view, std::size_t> base_row_by_name_;
  std::vector<std::string> notes_;
  std::vector<Shard> shards_;
  std::size_t next_number_ = 0;
  /// Whether `store` replaces the last shard.
  bool open_ = false;
};

}  // namespace tagloom::featurecache
