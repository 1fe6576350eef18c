#include "layout/cache_file.hpp"
#include "writing/not_finished.hpp"
#include "writing/row_form.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/write_cache.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace tagloom::featurecache {
namespace {

/// Fewer where rows are large.
constexpr std::int64_t kMostRowsAtOnce = 64;
constexpr std::uint64_t kMostBytesAtOnce = std::uint64_t{256} << 20;

std::int64_t rows_at_once(const CacheInfo& info) {
  const std::uint64_t row = std::max<std::uint64_t>(pooled_bytes(info) + map_bytes(info), 1);
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(kMostBytesAtOnce / row), 1, kMostRowsAtOnce);
}

/// The rows of a source, one after the other, as often as wanted.
class Rows {
 public:
  Rows(const CacheInfo& info, std::span<const ImageKey> images, const FeatureBatches& features)
      : info_(info), images_(images), features_(features) {}

  struct Row {
    RowBytes plain;
    RowBytes stored;
  };
  /// Good until the next call.
  Row operator()(std::size_t row) {
    if (row < first_ || row >= end_) fetch(row);
    const RowBytes plain = FeaturesToStore(info_, batch_, end_ - first_).row(row - first_, scaled_);
    return {.plain = plain, .stored = packed_row(plain, info_, packed_)};
  }

 private:
  void fetch(std::size_t first) {
    throw_if_stop_requested();
    const auto count = std::min(rows_at_once(info_), static_cast<std::int64_t>(images_.size() - first));
    batch_ = to_store(features_(static_cast<std::int64_t>(first), count), info_.store);
    const FeaturesToStore to_be(info_, batch_, static_cast<std::size_t>(count));
    first_ = first;
    end_ = first + static_cast<std::size_t>(count);
    for (std::size_t row = first_; row < end_; ++row)
      if (!to_be.in_range(row - first_))
        throw DataError(
            fmt::format("row {} of the features, of image {}, holds NaN, infinity or a number beyond float16 "
                        "(65504); mend "
                        "it, or scale the features, where they were made",
                        row, shown(images_[row].name)));
  }

  const CacheInfo& info_;
  std::span<const ImageKey> images_;
  const FeatureBatches& features_;
  Features batch_;
  std::size_t first_ = 0;
  std::size_t end_ = 0;
  std::vector<std::byte> scaled_;
  std::vector<std::byte> packed_;
};

void check_names(std::span<const ImageKey> images) {
  std::unordered_map<std::string, std::size_t> rows;
  for (std::size_t row = 0; row < images.size(); ++row) {
    const std::string name = stored_name(images[row].name);
    check_stored_name(name);
    const auto [other, is_new] = rows.emplace(name, row);
    if (!is_new)
      throw DataError(fmt::format("image {} has two rows, {} and {}; name every image once", shown(name),
                                  other->second, row));
  }
}

}  // namespace

CacheInfo write_cache(const std::filesystem::path& path, CacheInfo info, std::span<const ImageKey> images,
                      const FeatureBatches& features) {
  (void)not_finished(path);
  check_names(images);
  Rows rows(info, images, features);
  RowKeys keys;
  for (std::size_t row = 0; row < images.size(); ++row) {
    const auto [plain, stored] = rows(row);
    keys.append(
        keys_of({.name = stored_name(images[row].name), .hash = images[row].hash}, info, plain, stored));
  }
  return write_cache_file(path, info, keys, [&](std::size_t row) { return rows(row).stored; });
}

}  // namespace tagloom::featurecache
