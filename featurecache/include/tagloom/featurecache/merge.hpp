#pragma once

/// Puts finished caches together: the shards of one list, or any caches of one encoder. What comes out does
/// not depend on the order in which they are given, and shards make the very file that one build makes.

#include <tagloom/featurecache/schema.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace tagloom::featurecache {

struct MergeSettings {
  /// Write an HDF5 virtual data set over the caches, which stay where they are, instead of a copy.
  bool is_virtual = false;
  /// Store features of the copy in this type, whatever the caches do, which do the same among themselves.
  std::optional<StoredType> store;
  /// Called before the first row is copied, and before each.
  std::function<void(std::int64_t rows)> begin = [](std::int64_t) {};
  std::function<void()> step = [] {};
};

/// Where the file of a shard is that has this name when it is whole, "c.h5": "c.2-of-8.h5".
[[nodiscard]] std::filesystem::path shard_path(const std::filesystem::path& whole, const ShardOf& shard);

/// Writes `out`, which is there when everything is on the disk, or not at all. Throws DataError if something
/// is there already, if a shard is missing, given twice or of another list, if encoder, weights or options
/// differ, if two files are called the same and have other content, if features are damaged, or the disk is
/// full; Interrupted when told to stop.
CacheInfo merge(const std::filesystem::path& out, const std::vector<std::filesystem::path>& caches,
                const MergeSettings& settings = {});

}  // namespace tagloom::featurecache
