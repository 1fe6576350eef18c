#include "writing/row_form.hpp"

#include "codec/packed_map.hpp"
#include "codec/to_int8.hpp"

#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

namespace tagloom::featurecache {
namespace {

static_assert(std::endian::native == std::endian::little, "rows are stored as they are in memory");

/// What numbers are before they are a row's bytes.
at::ScalarType tensor_type(StoredType type) {
  switch (type) {
    case StoredType::float16:
      return at::kHalf;
    case StoredType::bfloat16:
      return at::kBFloat16;
    default:
      return at::kFloat;
  }
}

at::Tensor on_cpu(const at::Tensor& features, at::ScalarType type) {
  if (!features.defined()) return features;
  TORCH_CHECK(features.is_floating_point(), "features to store are no floating-point numbers");
  // First on the device: there is less to move then.
  return features.detach().to(type).to(at::kCPU).contiguous();
}

at::Tensor checked(const at::Tensor& features, at::IntArrayRef shape, at::ScalarType type) {
  TORCH_CHECK(features.defined() && features.sizes() == shape,
              "features to store do not have the shape that the cache was opened with");
  TORCH_CHECK(features.scalar_type() == type && features.device().is_cpu() && features.is_contiguous(),
              "features to store are not what to_store gives");
  return features;
}

std::span<const std::byte> row_bytes(const at::Tensor& batch, std::size_t row) {
  if (!batch.defined()) return {};
  const auto* bytes = static_cast<const std::byte*>(batch.data_ptr());
  const auto size = static_cast<std::size_t>(batch.numel() / batch.size(0)) * batch.element_size();
  return {bytes + row * size, size};
}

/// Whether numbers are at most as large as this one, in bits: those of infinity and NaN are larger.
template <class Word>
bool all_within(std::span<const std::byte> bytes, Word largest) {
  constexpr Word kWithoutSign = static_cast<Word>(~Word{0}) >> 1;
  const std::span numbers(reinterpret_cast<const Word*>(bytes.data()), bytes.size() / sizeof(Word));
  return std::ranges::none_of(numbers, [&](Word bits) { return (bits & kWithoutSign) > largest; });
}

bool in_range_of_half(std::span<const std::byte> bytes, StoredType type) {
  // 65504, the largest half; the largest bfloat16 that is not above it, 65280; the largest half again.
  switch (type) {
    case StoredType::float16:
      return all_within<std::uint16_t>(bytes, 0x7BFF);
    case StoredType::bfloat16:
      return all_within<std::uint16_t>(bytes, 0x477F);
    default:
      return all_within<std::uint32_t>(bytes, 0x477FE000);
  }
}

std::span<const float> as_floats(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

}  // namespace

Features to_store(const Features& features, StoredType type) {
  const at::ScalarType wanted = tensor_type(type);
  return {.pooled = on_cpu(features.pooled, wanted), .map = on_cpu(features.map, wanted)};
}

FeaturesToStore::FeaturesToStore(const CacheInfo& info, const Features& features, std::size_t images)
    : info_(info) {
  const auto batch = static_cast<std::int64_t>(images);
  const FeatureShape& shape = info.feature_shape;
  const at::ScalarType type = tensor_type(info.store);
  if (info.has.pooled) features_.pooled = checked(features.pooled, {batch, shape.channels}, type);
  if (info.has.map) features_.map = checked(features.map, {batch, shape.pixels(), shape.channels}, type);
}

bool FeaturesToStore::in_range(std::size_t row) const {
  return in_range_of_half(row_bytes(features_.pooled, row), info_.store) &&
         in_range_of_half(row_bytes(features_.map, row), info_.store);
}

RowBytes FeaturesToStore::row(std::size_t row, std::vector<std::byte>& scaled) const {
  const RowBytes numbers = {.pooled = row_bytes(features_.pooled, row), .map = row_bytes(features_.map, row)};
  if (info_.store != StoredType::int8) return numbers;
  scaled.resize(pooled_bytes(info_) + map_bytes(info_));
  const auto pooled = std::span(scaled).first(pooled_bytes(info_));
  const auto map = std::span(scaled).subspan(pooled.size());
  if (!pooled.empty()) to_int8(as_floats(numbers.pooled), pooled_scales(info_), pooled);
  if (!map.empty()) to_int8(as_floats(numbers.map), map_scales(info_), map);
  return {.pooled = pooled, .map = map};
}

RowBytes packed_row(const RowBytes& plain, const CacheInfo& info, std::vector<std::byte>& packed) {
  if (plain.map.empty() || info.compression == Compression::none) return plain;
  const MapForm form = map_form(info);
  const std::size_t bytes = packed_bytes(plain.map, form);
  if (!worth_packing(bytes, plain.map.size())) return plain;
  packed.resize(bytes);
  pack(plain.map, form, packed);
  return {.pooled = plain.pooled, .map = packed};
}

NumericError not_in_range(const std::string& name) {
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

RowKeys keys_of(ImageKey image, const CacheInfo& info, const RowBytes& plain, const RowBytes& stored) {
  RowKeys keys{.names = {std::move(image.name)},
               .hashes = {std::move(image.hash)},
               .row_hashes = {hash_row(plain)},
               .stored_map_bytes = {stored.map.size()}};
  if (keys.hashes.front().empty()) keys.hashes = keys.row_hashes;
  if (!plain.pooled.empty() && !plain.map.empty())
    keys.pooled_hashes = {hash_row({.pooled = plain.pooled, .map = {}})};
  if (stores_packed(info)) keys.stored_hashes = {hash_stored(stored, keys.row_hashes.front())};
  return keys;
}

}  // namespace tagloom::featurecache
