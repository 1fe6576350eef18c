#pragma once

/// What the bytes of one image's features are, by what a cache says of itself.

#include "codec/convert.hpp"
#include "codec/packed_map.hpp"

#include <tagloom/featurecache/schema.hpp>

#include <cstddef>
#include <span>

namespace tagloom::featurecache {

/// The bytes of one image's features; empty where a file has none. The map is packed or not, as its owner
/// says.
struct RowBytes {
  std::span<const std::byte> pooled;
  std::span<const std::byte> map;
};

/// Bytes a row in each part, of a map that is not packed; 0 where a file has none.
[[nodiscard]] std::size_t pooled_bytes(const CacheInfo& info);
[[nodiscard]] std::size_t map_bytes(const CacheInfo& info);

/// Whether a cache like `info` stores maps packed, as far as that is worth it.
[[nodiscard]] bool stores_packed(const CacheInfo& info);

/// What packing has to know of a map.
[[nodiscard]] MapForm map_form(const CacheInfo& info);

/// How many scales a row has in each part: none unless numbers are int8.
[[nodiscard]] std::size_t pooled_scales(const CacheInfo& info);
[[nodiscard]] std::size_t map_scales(const CacheInfo& info);

/// A row's bytes as numbers; the map not packed.
[[nodiscard]] StoredNumbers pooled_numbers(const CacheInfo& info, const RowBytes& plain);
[[nodiscard]] StoredNumbers map_numbers(const CacheInfo& info, const RowBytes& plain);

}  // namespace tagloom::featurecache
