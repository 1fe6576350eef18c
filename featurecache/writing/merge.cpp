#include "layout/cache_file.hpp"
#include "layout/pieces.hpp"
#include "writing/converted.hpp"
#include "writing/not_finished.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/merge.hpp>

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace tagloom::featurecache {
namespace {

namespace fs = std::filesystem;

void require_finished(const fs::path& path) {
  auto parts = path;
  parts += ".parts";
  if (!is_there(path) && is_there(parts))
    throw DataError(
        fmt::format("{} is not finished: {} is what there is of it; run the command that builds it "
                    "again, and merge then.",
                    shown(path), shown(parts)));
}

/// Which of the shards that belong together are given.
class ShardsGiven {
 public:
  void add(const fs::path& path, const std::optional<ShardOf>& shard) {
    if (first_.empty()) {
      first_ = path;
      first_shard_ = shard;
    }
    if (shard.has_value() != first_shard_.has_value())
      throw DataError(
          fmt::format("{} is a shard and {} is none; merge the shards first, and their cache with "
                      "others then.",
                      shown(shard ? path : first_), shown(shard ? first_ : path)));
    if (!shard) return;
    if (shard->count != first_shard_->count || shard->list != first_shard_->list)
      throw DataError(
          fmt::format("{} is shard {} and {} is shard {} of {}; give the shards of one list of "
                      "images.",
                      shown(first_), to_text(*first_shard_), shown(path), to_text(*shard),
                      shard->list == first_shard_->list ? "the same list" : "another list"));
    const auto [there, is_new] = by_index_.emplace(shard->index, path);
    if (!is_new)
      throw DataError(fmt::format("{} and {} are both shard {}; give one of them.", shown(there->second),
                                  shown(path), to_text(*shard)));
  }

  void require_all() const {
    if (!first_shard_ || static_cast<std::int64_t>(by_index_.size()) == first_shard_->count) return;
    constexpr std::size_t kMostNamed = 10;
    std::string missing;
    std::size_t count = 0;
    for (std::int64_t index = 1; index <= first_shard_->count; ++index) {
      if (by_index_.contains(index) || ++count > kMostNamed) continue;
      missing +=
          (missing.empty() ? "" : ", ") + to_text(ShardOf{.index = index, .count = first_shard_->count});
    }
    if (count > kMostNamed) missing += fmt::format(" and {} more", count - kMostNamed);
    throw DataError(fmt::format("{} {} missing; build what is not there, and give all {} shards.", missing,
                                count == 1 ? "is" : "are", first_shard_->count));
  }

 private:
  fs::path first_;
  std::optional<ShardOf> first_shard_;
  std::map<std::int64_t, fs::path> by_index_;
};

CacheInfo copy(const fs::path& out, const CacheFile& joined, const MergeSettings& settings) {
  const CacheInfo& info = joined.layout().info;
  const std::vector<std::size_t> order = name_order(joined.layout().keys);
  settings.begin(info.images);
  CacheFile::RowBuffer buffer;
  return write_cache_file(out, info, joined.layout().keys.picked(order), [&](std::size_t row) {
    throw_if_stop_requested();
    settings.step();
    return joined.checked_row(static_cast<std::int64_t>(order[row]), buffer);
  });
}

}  // namespace

fs::path shard_path(const fs::path& whole, const ShardOf& shard) {
  fs::path name = whole.stem();
  name += fmt::format(".{}-of-{}", shard.index, shard.count);
  name += whole.extension();
  return whole.parent_path() / name;
}

CacheInfo merge(const fs::path& out, const std::vector<fs::path>& caches, const MergeSettings& settings) {
  (void)not_finished(out);
  for (const fs::path& path : caches)
    require_finished(path);
  std::vector<CacheFile> files = open_all(caches);
  ShardsGiven shards;
  for (const CacheFile& file : files)
    shards.add(file.path(), file.layout().info.shard);
  shards.require_all();
  const CacheFile joined = CacheFile::joined(std::move(files));
  // A signal leaves nothing beside the caches.
  const EndsInGoodOrder in_good_order;
  if (settings.is_virtual) return write_virtual_file(out, joined);
  const bool other_type = settings.store && *settings.store != joined.layout().info.store;
  return other_type ? convert(out, joined, settings) : copy(out, joined, settings);
}

}  // namespace tagloom::featurecache
