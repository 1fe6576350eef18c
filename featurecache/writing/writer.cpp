#include "writing/not_finished.hpp"
#include "writing/packed_rows_impl.hpp"
#include "writing/parts.hpp"
#include "writing/row_form.hpp"
#include "writing/store_schedule.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <chrono>
#include <deque>
#include <unordered_map>
#include <unordered_set>

namespace tagloom::featurecache {
namespace {

/// However many images a shard may have, this is when its memory is given back.
constexpr std::size_t kMostShardBytes = std::size_t{256} << 20;
/// A shard that is stored before it is full goes on growing up to this size; to write more than once what is
/// larger would take longer than a process may have.
constexpr std::size_t kMostRewrittenBytes = std::size_t{8} << 20;

}  // namespace

struct CacheWriter::Impl {
  Impl(std::filesystem::path path, CacheInfo info, WriterSettings settings);
  void append(PackedRows rows);
  void flush();

  void add_finished(const CacheFile& base);
  void reopen_last_shard();
  void close_shard();
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] std::vector<ImageKey> checked(std::span<const ImageKey> images) const;

  std::filesystem::path path_;
  WriterSettings settings_;
  Parts parts_;
  StoreSchedule schedule_;
  std::unordered_map<std::string, StoredImage> image_by_name_;
  // The open shard: its batches own the memory of its rows, and `bytes_` that of what was read.
  std::vector<PackedRows> batches_;
  std::deque<std::vector<std::byte>> bytes_;
  RowKeys keys_;
  std::vector<RowBytes> rows_;
  /// Those of the rows that are on the disk.
  std::size_t stored_rows_ = 0;
  /// As they are stored, and as they are held.
  std::size_t stored_bytes_ = 0;
  std::size_t held_bytes_ = 0;
  bool finished_ = false;
};

namespace {

using FileClock = std::filesystem::file_time_type::clock;

std::int64_t seconds_since_1970(std::filesystem::file_time_type time) {
  return std::chrono::floor<std::chrono::seconds>(FileClock::to_sys(time)).time_since_epoch().count();
}

/// What is appended waits in memory while its owner may overwrite the original.
at::Tensor own(const at::Tensor& given, const at::Tensor& original) {
  return given.defined() && given.data_ptr() == original.data_ptr() ? given.clone() : given;
}

}  // namespace

CacheWriter::Impl::Impl(std::filesystem::path path, CacheInfo info, WriterSettings settings)
    // Before anything is created for it.
    : path_(settings.append ? path : not_finished(path)),
      settings_(std::move(settings)),
      parts_(path, std::move(info), settings_),
      schedule_(settings_.now) {
  // Who had the lock until now may have finished it.
  if (!settings_.append) (void)not_finished(path_);
  if (parts_.base()) add_finished(*parts_.base());
  for (const Parts::Shard& shard : parts_.shards()) {
    const std::int64_t seconds = seconds_since_1970(std::filesystem::last_write_time(shard.path));
    for (std::size_t row = 0; row < shard.keys.size(); ++row)
      if (!image_by_name_.emplace(shard.keys.names[row], StoredImage{shard.keys.hashes[row], seconds}).second)
        throw DataError(fmt::format("image {} is in {} and in another shard; move one of them away",
                                    shown(shard.keys.names[row]), shown(shard.path)));
  }
  reopen_last_shard();
}

void CacheWriter::Impl::add_finished(const CacheFile& base) {
  const std::int64_t seconds = seconds_since_1970(std::filesystem::last_write_time(path_));
  const RowKeys& keys = base.layout().keys;
  for (std::size_t row = 0; row < keys.size(); ++row)
    image_by_name_.emplace(keys.names[row],
                           StoredImage{.hash = keys.hashes[row], .seconds = seconds, .finished = true});
}

/// So that many short processes leave as few shards as one long.
void CacheWriter::Impl::reopen_last_shard() {
  const auto shard =
      parts_.reopen_last(static_cast<std::size_t>(settings_.shard_images), kMostRewrittenBytes);
  if (!shard) return;
  const auto owned = [&](std::span<const std::byte> bytes) -> std::span<const std::byte> {
    return bytes_.emplace_back(bytes.begin(), bytes.end());
  };
  CacheFile::RowBuffer buffer;
  const RowKeys& keys = shard->layout().keys;
  for (std::size_t row = 0; row < keys.size(); ++row) {
    const RowBytes stored = shard->checked_row(static_cast<std::int64_t>(row), buffer);
    rows_.push_back({.pooled = owned(stored.pooled), .map = owned(stored.map)});
    stored_bytes_ += stored.pooled.size() + stored.map.size();
  }
  held_bytes_ = stored_bytes_;
  keys_ = keys;
  stored_rows_ = rows_.size();
}

/// With names as they are stored.
std::vector<ImageKey> CacheWriter::Impl::checked(std::span<const ImageKey> images) const {
  std::unordered_set<std::string> in_batch;
  std::vector<ImageKey> keys;
  for (const ImageKey& image : images) {
    const std::string name = stored_name(image.name);
    check_stored_name(name);
    if (image_by_name_.contains(name) || !in_batch.insert(name).second)
      throw DataError(fmt::format("image {} is in the cache {} already", shown(image.name), shown(path_)));
    keys.push_back({.name = name, .hash = image.hash});
  }
  return keys;
}

/// All of the batch, or nothing.
void CacheWriter::Impl::append(PackedRows rows) {
  TORCH_CHECK(!finished_, "this cache is finished");
  if (rows.size() == 0) return;
  PackedRows::Impl& batch = *rows.impl_;
  std::vector<ImageKey> images = checked(batch.images);
  const std::int64_t now = seconds_since_1970(FileClock::now());
  for (std::size_t row = 0; row < images.size(); ++row) {
    image_by_name_.emplace(images[row].name, StoredImage{images[row].hash, now});
    RowKeys& keys = batch.keys[row];
    keys.names = {std::move(images[row].name)};
    keys_.append(keys);
    rows_.push_back(batch.rows[row]);
    stored_bytes_ += batch.rows[row].pooled.size() + batch.rows[row].map.size();
  }
  held_bytes_ += batch.plain_bytes;
  batches_.push_back(std::move(rows));
  if (is_full() || schedule_.due()) flush();
}

bool CacheWriter::Impl::is_full() const {
  return static_cast<std::int64_t>(rows_.size()) >= settings_.shard_images || held_bytes_ >= kMostShardBytes;
}

/// If the disk is full, everything stays where it is, and the next flush tries again.
void CacheWriter::Impl::flush() {
  if (stored_rows_ < rows_.size())
    schedule_.run([&] { parts_.store(keys_, [&](std::size_t row) { return rows_[row]; }); });
  stored_rows_ = rows_.size();
  if (is_full() || stored_bytes_ >= kMostRewrittenBytes) close_shard();
}

void CacheWriter::Impl::close_shard() {
  parts_.close_shard();
  rows_.clear();
  keys_ = {};
  batches_.clear();
  bytes_.clear();
  stored_rows_ = stored_bytes_ = held_bytes_ = 0;
}

CacheWriter::CacheWriter(std::filesystem::path path, CacheInfo info, WriterSettings settings)
    : impl_(std::make_unique<Impl>(std::move(path), std::move(info), std::move(settings))) {}

CacheWriter::~CacheWriter() {
  try {
    impl_->flush();
  } catch (const std::exception&) {
    // The images of the open shard are lost, as they are when the process is killed.
  }
}

std::optional<StoredImage> CacheWriter::stored(const std::string& name) const {
  const auto found = impl_->image_by_name_.find(stored_name(name));
  if (found == impl_->image_by_name_.end()) return std::nullopt;
  return found->second;
}

std::int64_t CacheWriter::images() const {
  return static_cast<std::int64_t>(impl_->image_by_name_.size());
}

std::int64_t CacheWriter::finished_images() const {
  const auto& base = impl_->parts_.base();
  return base ? base->layout().info.images : 0;
}

const std::vector<std::string>& CacheWriter::notes() const {
  return impl_->parts_.notes();
}

void CacheWriter::append(std::span<const ImageKey> images, const Features& features) {
  const Features given = to_store(features, impl_->parts_.info().store);
  append(PackedRows(impl_->parts_.info(), images,
                    {.pooled = own(given.pooled, features.pooled), .map = own(given.map, features.map)}));
}

void CacheWriter::append(PackedRows rows) {
  impl_->append(std::move(rows));
}

void CacheWriter::flush() {
  impl_->flush();
}

CacheInfo CacheWriter::finish(LeftOut left_out) {
  if (images() == 0)
    throw DataError(fmt::format("no image was encoded, so {} is not written", shown(impl_->path_)));
  impl_->flush();
  CacheInfo info = images() == finished_images() ? impl_->parts_.base()->layout().info
                                                 : impl_->parts_.assemble(std::move(left_out));
  impl_->parts_.remove();
  impl_->finished_ = true;
  return info;
}

}  // namespace tagloom::featurecache
