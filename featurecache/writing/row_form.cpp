#include "writing/row_form.hpp"

#include "codec/bitmap_codec.hpp"

#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace tagloom::featurecache {
namespace {

static_assert(std::endian::native == std::endian::little, "rows are stored as they are in memory");

at::Tensor in_half_precision(const at::Tensor& features, at::IntArrayRef shape) {
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

/// The exponent of infinity and NaN is all ones.
bool all_finite(std::span<const std::byte> bytes) {
  constexpr std::uint16_t kExponent = 0x7C00;
  const std::span numbers(reinterpret_cast<const std::uint16_t*>(bytes.data()), bytes.size() / 2);
  return std::ranges::none_of(numbers, [](std::uint16_t bits) { return (bits & kExponent) == kExponent; });
}

}  // namespace

Features stored_form(const Features& features, const CacheInfo& info, std::size_t images) {
  const auto batch = static_cast<std::int64_t>(images);
  const FeatureShape& shape = info.feature_shape;
  Features stored;
  if (info.has.pooled) stored.pooled = in_half_precision(features.pooled, {batch, shape.channels});
  if (info.has.map) stored.map = in_half_precision(features.map, {batch, shape.pixels(), shape.channels});
  return stored;
}

RowBytes row_of(const Features& stored, std::size_t row) {
  return {.pooled = row_bytes(stored.pooled, row), .map = row_bytes(stored.map, row)};
}

bool finite(const RowBytes& row) {
  return all_finite(row.pooled) && all_finite(row.map);
}

RowBytes packed_row(const RowBytes& row, Compression compression, std::vector<std::byte>& packed) {
  if (compression == Compression::none) return row;
  const std::span numbers(reinterpret_cast<const std::uint16_t*>(row.map.data()), row.map.size() / 2);
  const std::size_t bytes = packed_bytes(numbers);
  if (!worth_packing(bytes, row.map.size())) return row;
  packed.resize(bytes);
  pack(numbers, packed);
  return {.pooled = row.pooled, .map = packed};
}

NumericError not_finite(const std::string& name) {
  return NumericError(
      fmt::format("the features of image {} hold NaN, infinity or a number beyond float16 (65504); check the "
                  "encoder's weights",
                  shown(name)));
}

void check_stored_name(const std::string& name) {
  if (name.empty() || name.find('\0') != std::string::npos || name.size() > kMostTextBytes)
    throw DataError(fmt::format("\"{}\" is no name that an image's file can have; mend the list of images",
                                shown(std::string_view(name).substr(0, 200))));
}

RowKeys keys_of(ImageKey image, const RowBytes& plain, const RowBytes& stored) {
  RowKeys keys{.names = {std::move(image.name)},
               .hashes = {std::move(image.hash)},
               .row_hashes = {hash_row(plain)},
               .stored_map_bytes = {stored.map.size()}};
  if (keys.hashes.front().empty()) keys.hashes = keys.row_hashes;
  if (!plain.pooled.empty() && !plain.map.empty())
    keys.pooled_hashes = {hash_row({.pooled = plain.pooled, .map = {}})};
  return keys;
}

}  // namespace tagloom::featurecache
