#include "reading/verify.hpp"
#include "writing/parts_folder.hpp"
#include "writing/row_form.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/repair.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <optional>
#include <system_error>
#include <unordered_map>

namespace tagloom::featurecache {
namespace {

/// So much is lost only of a large cache that was cut short; to copy or build it again is better, then.
constexpr std::size_t kMostReplacedBytes = std::size_t{4} << 30;

std::vector<std::byte> owned(std::span<const std::byte> bytes) {
  return {bytes.begin(), bytes.end()};
}

/// Nobody appends to the cache while this lives. Its folder stays where a build was begun.
class OnlyWriter {
 public:
  explicit OnlyWriter(const std::filesystem::path& cache)
      : folder_(parts_folder(cache)), lock_(lock_folder(folder_)) {}
  ~OnlyWriter() {
    lock_.reset();
    std::error_code not_empty;
    std::filesystem::remove(folder_, not_empty);
  }
  OnlyWriter(const OnlyWriter&) = delete;
  OnlyWriter& operator=(const OnlyWriter&) = delete;

 private:
  std::filesystem::path folder_;
  std::optional<FileLock> lock_;
};

}  // namespace

struct CacheRepair::Impl {
  Impl(const std::filesystem::path& path, const VerifySettings& settings);
  void replace(std::size_t row, const RowBytes& plain);

  /// As it is stored.
  struct NewRow {
    std::vector<std::byte> pooled;
    std::vector<std::byte> map;
  };

  CacheFile file;
  Verification found;
  std::vector<ImageKey> images;
  /// As they will be.
  RowKeys keys;
  std::unordered_map<std::size_t, NewRow> rows;
  std::size_t bytes = 0;
  std::int64_t other = 0;
};

CacheRepair::Impl::Impl(const std::filesystem::path& path, const VerifySettings& settings)
    : file(path, OnDamage::note), found(verify(file, settings)), keys(file.layout().keys) {
  if (found.keys_changed)
    throw DataError(fmt::format(
        "the names or content hashes of images in {} changed since they were written, so that nobody "
        "knows whose features are whose; copy or build it again",
        shown(path)));
  if (found.info.pieces > 0)
    throw DataError(fmt::format(
        "{} is a virtual cache, whose rows are in the files that it is made of; repair those", shown(path)));
  for (const DamagedRow& row : found.rows)
    images.push_back({.name = row.name, .hash = keys.hashes[static_cast<std::size_t>(row.row)]});
}

void CacheRepair::Impl::replace(std::size_t row, const RowBytes& plain) {
  const CacheInfo& info = file.layout().info;
  // A shard that was begun without compression has left plain rows in a cache that is packed otherwise.
  const bool was_plain = keys.stored_map_bytes[row] == map_bytes(info);
  std::vector<std::byte> packed;
  const RowBytes stored = was_plain ? plain : packed_row(plain, info, packed);
  const RowKeys fresh = keys_of({}, info, plain, stored);
  bool same = fresh.row_hashes.front() == keys.row_hashes[row];
  keys.row_hashes[row] = fresh.row_hashes.front();
  if (!keys.pooled_hashes.empty()) {
    same = same && fresh.pooled_hashes.front() == keys.pooled_hashes[row];
    keys.pooled_hashes[row] = fresh.pooled_hashes.front();
  }
  if (!keys.stored_hashes.empty()) keys.stored_hashes[row] = fresh.stored_hashes.front();
  keys.stored_map_bytes[row] = stored.map.size();
  other += same ? 0 : 1;
  bytes += stored.pooled.size() + stored.map.size();
  rows[row] = {.pooled = owned(stored.pooled), .map = owned(stored.map)};
}

CacheRepair::CacheRepair(const std::filesystem::path& path, const VerifySettings& settings)
    : impl_(std::make_unique<Impl>(path, settings)) {}
CacheRepair::~CacheRepair() = default;

const Verification& CacheRepair::found() const {
  return impl_->found;
}
const std::vector<ImageKey>& CacheRepair::images() const {
  return impl_->images;
}
std::int64_t CacheRepair::other_than_written() const {
  return impl_->other;
}

void CacheRepair::replace(std::size_t first, const Features& features) {
  const auto count = static_cast<std::size_t>(features.batch());
  TORCH_CHECK(first + count <= impl_->images.size(), "more features than there are damaged rows");
  const CacheInfo& info = impl_->found.info;
  const FeaturesToStore to_be(info, to_store(features, info.store), count);
  std::vector<std::byte> scaled;
  for (std::size_t i = 0; i < count; ++i) {
    if (!to_be.in_range(i)) throw not_in_range(impl_->images[first + i].name);
    impl_->replace(static_cast<std::size_t>(impl_->found.rows[first + i].row), to_be.row(i, scaled));
  }
  if (impl_->bytes > kMostReplacedBytes)
    throw DataError(
        fmt::format("{} of {} images in {} are damaged, more than fit in memory; copy or build it again",
                    impl_->images.size(), impl_->found.info.images, shown(impl_->file.path())));
}

void CacheRepair::finish() {
  TORCH_CHECK(impl_->rows.size() == impl_->images.size(), "a damaged row was not replaced");
  const OnlyWriter only_writer(impl_->file.path());
  if (!impl_->file.is_in_place())
    throw DataError(
        fmt::format("{} is another file now than when its damage was looked for; run the same command again",
                    shown(impl_->file.path())));
  CacheFile::RowBuffer buffer;
  (void)write_cache_file(impl_->file.path(), impl_->found.info, impl_->keys, [&](std::size_t row) {
    throw_if_stop_requested();
    const auto replaced = impl_->rows.find(row);
    if (replaced == impl_->rows.end()) return impl_->file.checked_row(static_cast<std::int64_t>(row), buffer);
    return RowBytes{.pooled = replaced->second.pooled, .map = replaced->second.map};
  });
}

}  // namespace tagloom::featurecache
