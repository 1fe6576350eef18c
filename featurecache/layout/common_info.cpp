#include "layout/left_out.hpp"

#include <tagloom/featurecache/schema.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <vector>

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
  std::vector<LeftOut> left_out;
  for (const CacheInfo& cache : caches)
    left_out.push_back(cache.left_out);
  common.left_out = left_out_of_all(left_out);
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
