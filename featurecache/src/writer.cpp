#include "bitmap_codec.hpp"
#include "parts.hpp"

#include <tagloom/error.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <deque>
#include <unordered_map>

namespace tagloom::featurecache {
namespace {

static_assert(std::endian::native == std::endian::little, "rows are stored as they are in memory");

/// However many images a shard may have, this is when its memory is given back.
constexpr std::int64_t kMostShardBytes = std::int64_t{256} << 20;

/// A copy: what is appended waits in memory while its owner may overwrite the original.
at::Tensor stored_form(const at::Tensor& features, at::IntArrayRef shape) {
  TORCH_CHECK(features.defined() && features.sizes() == shape && features.is_floating_point(),
              "features to store do not have the shape that the cache was opened with");
  at::Tensor half = at::empty(shape, at::kHalf);
  half.copy_(features.detach());
  return half;
}

std::span<const std::byte> row_bytes(const at::Tensor& batch, std::size_t row) {
  if (!batch.defined()) return {};
  const auto* bytes = static_cast<const std::byte*>(batch.data_ptr());
  const auto size = static_cast<std::size_t>(batch.numel() / batch.size(0)) * batch.element_size();
  return {bytes + row * size, size};
}

/// A map in the form in which it is stored: as it is, or packed into `packed` if that is worth it.
std::span<const std::byte> stored_map(std::span<const std::byte> map, Compression compression,
                                      std::vector<std::byte>& packed) {
  if (compression == Compression::none) return map;
  const std::span numbers(reinterpret_cast<const std::uint16_t*>(map.data()), map.size() / 2);
  const std::size_t bytes = packed_bytes(numbers);
  if (!worth_packing(bytes, map.size())) return map;
  packed.resize(bytes);
  pack(numbers, packed);
  return packed;
}

/// Whether every half-precision number in `bytes` is one: the exponent of infinity and NaN is all ones.
bool finite(std::span<const std::byte> bytes) {
  constexpr std::uint16_t kExponent = 0x7C00;
  const std::span numbers(reinterpret_cast<const std::uint16_t*>(bytes.data()), bytes.size() / 2);
  return std::ranges::none_of(numbers, [](std::uint16_t bits) { return (bits & kExponent) == kExponent; });
}

}  // namespace

struct CacheWriter::Impl {
  Impl(std::filesystem::path path, CacheInfo info, WriterSettings settings);
  void append(std::span<const ImageKey> images, const Features& features);
  void flush();

  [[nodiscard]] Features stored_form_of(const Features& features, std::size_t images) const;
  void check_new(std::span<const ImageKey> images) const;

  std::filesystem::path path_;
  WriterSettings settings_;
  Parts parts_;
  std::unordered_map<std::string, std::string> hash_by_name_;
  // The open shard: its batches own the memory of its rows, and `packed_` that of packed maps.
  std::vector<Features> batches_;
  std::deque<std::vector<std::byte>> packed_;
  RowKeys keys_;
  std::vector<RowBytes> rows_;
  std::int64_t bytes_ = 0;
  bool finished_ = false;
};

namespace {

/// Before anything is created for it.
const std::filesystem::path& not_finished(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return path;
  auto parts = path;
  parts += ".parts";
  throw DataError(fmt::format("{} exists already; delete it or choose another name{}", path.string(),
                              std::filesystem::exists(parts)
                                  ? fmt::format(" ({} is left of its making and can go, too)", parts.string())
                                  : ""));
}

}  // namespace

CacheWriter::Impl::Impl(std::filesystem::path path, CacheInfo info, WriterSettings settings)
    : path_(not_finished(path)), settings_(settings), parts_(path, std::move(info)) {
  for (const Parts::Shard& shard : parts_.shards())
    for (std::size_t row = 0; row < shard.keys.size(); ++row)
      hash_by_name_.emplace(shard.keys.names[row], shard.keys.hashes[row]);
}

Features CacheWriter::Impl::stored_form_of(const Features& features, std::size_t images) const {
  const CacheInfo& info = parts_.info();
  const auto batch = static_cast<std::int64_t>(images);
  const FeatureShape& shape = info.feature_shape;
  Features stored;
  if (info.has.pooled) stored.pooled = stored_form(features.pooled, {batch, shape.channels});
  if (info.has.map) stored.map = stored_form(features.map, {batch, shape.pixels(), shape.channels});
  return stored;
}

void CacheWriter::Impl::check_new(std::span<const ImageKey> images) const {
  std::unordered_map<std::string_view, int> in_batch;
  for (const ImageKey& image : images) {
    TORCH_CHECK(!image.name.empty() && image.name.find('\0') == std::string::npos, "an image has no name");
    if (hash_by_name_.contains(image.name) || ++in_batch[image.name] > 1)
      throw DataError(fmt::format("image {} is in the cache {} already", image.name, path_.string()));
  }
}

/// All of the batch, or nothing.
void CacheWriter::Impl::append(std::span<const ImageKey> images, const Features& features) {
  TORCH_CHECK(!finished_, "this cache is finished");
  if (images.empty()) return;
  check_new(images);
  const Features stored = stored_form_of(features, images.size());
  for (std::size_t i = 0; i < images.size(); ++i)
    if (!finite(row_bytes(stored.pooled, i)) || !finite(row_bytes(stored.map, i)))
      throw NumericError(
          fmt::format("the features of image {} hold NaN, infinity or a number beyond float16 (65504); "
                      "check the encoder's weights",
                      images[i].name));
  for (std::size_t i = 0; i < images.size(); ++i) {
    const RowBytes row{.pooled = row_bytes(stored.pooled, i), .map = row_bytes(stored.map, i)};
    hash_by_name_.emplace(images[i].name, images[i].hash);
    const RowBytes to_store{.pooled = row.pooled,
                            .map = stored_map(row.map, parts_.info().compression, packed_.emplace_back())};
    keys_.append({.names = {images[i].name},
                  .hashes = {images[i].hash},
                  .row_hashes = {hash_row(row)},
                  .stored_map_bytes = {to_store.map.size()}});
    rows_.push_back(to_store);
    bytes_ += static_cast<std::int64_t>(row.pooled.size() + row.map.size());
  }
  batches_.push_back(stored);
  if (static_cast<std::int64_t>(rows_.size()) >= settings_.shard_images || bytes_ >= kMostShardBytes) flush();
}

/// If the disk is full, everything stays where it is, and the next flush tries again.
void CacheWriter::Impl::flush() {
  if (rows_.empty()) return;
  parts_.add(keys_, [&](std::size_t row) { return rows_[row]; });
  rows_.clear();
  keys_ = {};
  batches_.clear();
  packed_.clear();
  bytes_ = 0;
}

CacheWriter::CacheWriter(std::filesystem::path path, CacheInfo info, WriterSettings settings)
    : impl_(std::make_unique<Impl>(std::move(path), std::move(info), settings)) {}

CacheWriter::~CacheWriter() {
  try {
    impl_->flush();
  } catch (const std::exception&) {
    // The images of the open shard are lost, as they are when the process is killed.
  }
}

std::optional<std::string> CacheWriter::stored_hash(const std::string& name) const {
  const auto found = impl_->hash_by_name_.find(name);
  if (found == impl_->hash_by_name_.end()) return std::nullopt;
  return found->second;
}

std::int64_t CacheWriter::images() const {
  return static_cast<std::int64_t>(impl_->hash_by_name_.size());
}

void CacheWriter::append(std::span<const ImageKey> images, const Features& features) {
  impl_->append(images, features);
}

void CacheWriter::flush() {
  impl_->flush();
}

CacheInfo CacheWriter::finish() {
  if (images() == 0)
    throw DataError(fmt::format("no image was encoded, so {} is not written", impl_->path_.string()));
  impl_->flush();
  impl_->parts_.assemble(impl_->path_);
  impl_->parts_.remove();
  impl_->finished_ = true;
  return CacheFile(impl_->path_).layout().info;
}

}  // namespace tagloom::featurecache
