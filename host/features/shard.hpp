#pragma once

/// Which part of a list of images one of several builds makes, each into a cache file of its own, on whatever
/// machine and in whatever order; `tagloom cache merge` puts them together. Which images are in which shard,
/// the list alone says: in the order of their names, image i (from 0) is in shard i modulo N, plus 1. So
/// shards are of one size, and what is slow (a folder of large photos) is shared by all.

#include "features/image_files.hpp"

#include <tagloom/featurecache/schema.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::features {

struct Shard {
  /// From 1 on.
  std::int64_t index = 1;
  /// 1 is the whole list.
  std::int64_t count = 1;
};

/// What "2/8" says; the whole where the text is empty. Throws UsageError for any other.
Shard shard_from(const std::string& text);

/// What the cache of a shard records; nothing for the whole.
std::optional<featurecache::ShardOf> recorded(const Shard& shard, const std::vector<ImageFile>& all);

/// Its images, in the order of their names. Throws UsageError if there are fewer images than shards.
std::vector<ImageFile> images_of(const Shard& shard, std::vector<ImageFile> all);

}  // namespace tagloom::features
