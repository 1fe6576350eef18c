#include <tagloom/featurecache/schema.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tagloom::featurecache {
namespace {

/// What is left of a description when everything is gone that differs between caches of one encoder.
CacheInfo without_images(CacheInfo info) {
  info.format = kFormat;
  info.images = 0;
  info.data_fingerprint.clear();
  info.left_out = {};
  info.shard.reset();
  info.pieces = 0;
  return info;
}

/// Names that several know count once.
LeftOut left_out_of(const std::vector<CacheInfo>& caches) {
  std::set<std::string> names;
  std::int64_t nameless = 0;
  for (const CacheInfo& cache : caches) {
    names.insert(cache.left_out.names.begin(), cache.left_out.names.end());
    nameless += cache.left_out.images - static_cast<std::int64_t>(cache.left_out.names.size());
  }
  return {.images = static_cast<std::int64_t>(names.size()) + nameless,
          .names = {names.begin(), names.end()}};
}

}  // namespace

CacheInfo common_info(const std::vector<CacheInfo>& caches) {
  // Paths of weights and versions may differ: one of them is taken, whatever the order.
  std::vector<CacheInfo> plain;
  for (const CacheInfo& cache : caches)
    plain.push_back(without_images(cache));
  CacheInfo common =
      *std::ranges::min_element(plain, {}, [](const CacheInfo& info) { return to_json(info); });
  const auto packed = [](const CacheInfo& info) { return info.compression == Compression::bitmap; };
  common.compression = std::ranges::any_of(caches, packed) ? Compression::bitmap : Compression::none;
  common.left_out = left_out_of(caches);
  return common;
}

int format_for(const CacheInfo& info) {
  if (info.store != StoredType::float16) return 6;
  // A version that knows only 4 would take a shard for the whole, and mix scaled JPEGs with others.
  const bool takes_5 = info.pieces > 0 || info.shard || info.decode == DecodeRule::scaled;
  return takes_5 ? 5 : 4;
}

std::string to_text(const ShardOf& shard) {
  return fmt::format("{}/{}", shard.index, shard.count);
}

}  // namespace tagloom::featurecache
