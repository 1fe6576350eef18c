#include "layout/row_shape.hpp"

namespace tagloom::featurecache {
namespace {

std::size_t number_bytes(StoredType type) {
  switch (type) {
    case StoredType::int8:
      return 1;
    case StoredType::float32:
      return 4;
    default:
      return 2;
  }
}

std::size_t numbers_of_map(const CacheInfo& info) {
  return static_cast<std::size_t>(info.feature_shape.pixels() * info.feature_shape.channels);
}

std::size_t channels_of(const CacheInfo& info) {
  return static_cast<std::size_t>(info.feature_shape.channels);
}

}  // namespace

std::size_t pooled_bytes(const CacheInfo& info) {
  if (!info.has.pooled) return 0;
  return pooled_scales(info) * sizeof(float) + channels_of(info) * number_bytes(info.store);
}

std::size_t map_bytes(const CacheInfo& info) {
  return info.has.map ? map_form(info).bytes() : 0;
}

bool stores_packed(const CacheInfo& info) {
  return info.has.map && info.compression == Compression::bitmap;
}

MapForm map_form(const CacheInfo& info) {
  return {.numbers = numbers_of_map(info),
          .number_bytes = number_bytes(info.store),
          .scale_bytes = map_scales(info) * sizeof(float)};
}

std::size_t pooled_scales(const CacheInfo& info) {
  return info.store == StoredType::int8 ? 1 : 0;
}

std::size_t map_scales(const CacheInfo& info) {
  return info.store == StoredType::int8 ? channels_of(info) : 0;
}

StoredNumbers pooled_numbers(const CacheInfo& info, const RowBytes& plain) {
  return {.type = info.store, .bytes = plain.pooled, .scales = pooled_scales(info)};
}

StoredNumbers map_numbers(const CacheInfo& info, const RowBytes& plain) {
  return {.type = info.store, .bytes = plain.map, .scales = map_scales(info)};
}

}  // namespace tagloom::featurecache
