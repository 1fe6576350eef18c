#include "codec/bitmap_codec.hpp"
#include "writing/packed_rows_impl.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>

namespace tagloom::featurecache {
namespace {

static_assert(std::endian::native == std::endian::little, "rows are stored as they are in memory");

at::Tensor half_on_cpu(const at::Tensor& features) {
  if (!features.defined()) return features;
  TORCH_CHECK(features.is_floating_point(), "features to store are no floating-point numbers");
  // First on the device: half as much to move.
  return features.detach().to(at::kHalf).to(at::kCPU).contiguous();
}

void check(const at::Tensor& features, at::IntArrayRef shape) {
  TORCH_CHECK(features.defined() && features.sizes() == shape,
              "features to store do not have the shape that the cache was opened with");
  TORCH_CHECK(features.scalar_type() == at::kHalf && features.device().is_cpu() && features.is_contiguous(),
              "features to store are not in float16 on the CPU");
}

/// What the cache has of these features.
Features stored_part(const CacheInfo& info, const Features& features, std::size_t images) {
  const auto batch = static_cast<std::int64_t>(images);
  const FeatureShape& shape = info.feature_shape;
  Features part;
  if (info.has.pooled) check(part.pooled = features.pooled, {batch, shape.channels});
  if (info.has.map) check(part.map = features.map, {batch, shape.pixels(), shape.channels});
  return part;
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

RowKeys keys_of(const RowBytes& plain, const RowBytes& to_store) {
  RowKeys keys{.row_hashes = {hash_row(plain)}, .stored_map_bytes = {to_store.map.size()}};
  if (!plain.pooled.empty() && !plain.map.empty())
    keys.pooled_hashes = {hash_row({.pooled = plain.pooled, .map = {}})};
  return keys;
}

}  // namespace

Features half_on_cpu(const Features& features) {
  return {.pooled = half_on_cpu(features.pooled), .map = half_on_cpu(features.map)};
}

PackedRows::PackedRows(const CacheInfo& info, std::span<const ImageKey> images, const Features& features)
    : impl_(std::make_unique<Impl>()) {
  impl_->images.assign(images.begin(), images.end());
  if (images.empty()) return;
  impl_->features = stored_part(info, features, images.size());
  for (std::size_t i = 0; i < images.size(); ++i) {
    const RowBytes plain{.pooled = row_bytes(impl_->features.pooled, i),
                         .map = row_bytes(impl_->features.map, i)};
    if (!finite(plain.pooled) || !finite(plain.map))
      throw NumericError(
          fmt::format("the features of image {} hold NaN, infinity or a number beyond float16 (65504); "
                      "check the encoder's weights",
                      shown(images[i].name)));
    const RowBytes to_store{.pooled = plain.pooled,
                            .map = stored_map(plain.map, info.compression, impl_->packed.emplace_back())};
    impl_->keys.push_back(keys_of(plain, to_store));
    impl_->rows.push_back(to_store);
    impl_->plain_bytes += plain.pooled.size() + plain.map.size();
  }
}

PackedRows::PackedRows(PackedRows&& other) noexcept = default;
PackedRows& PackedRows::operator=(PackedRows&& other) noexcept = default;
PackedRows::~PackedRows() = default;

std::size_t PackedRows::size() const {
  return impl_->images.size();
}

}  // namespace tagloom::featurecache
