#include "codec/convert_half.hpp"
#include "layout/cache_file.hpp"
#include "layout/pieces.hpp"
#include "reading/first_reads.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <unordered_map>

namespace tagloom::featurecache {
namespace {

std::span<const std::uint16_t> numbers_in(std::span<const std::byte> half) {
  return {reinterpret_cast<const std::uint16_t*>(half.data()), half.size() / 2};
}

std::span<std::byte> place_in(const at::Tensor& batch, std::int64_t position) {
  if (!batch.defined()) return {};
  const std::size_t row_bytes = batch.nbytes() / static_cast<std::size_t>(batch.size(0));
  auto* const begin = static_cast<std::byte*>(batch.data_ptr());
  return {begin + static_cast<std::size_t>(position) * row_bytes, row_bytes};
}

/// Where float16 is read to that is wanted at `place` of `batch`: there, or in `scratch` to be converted.
std::span<std::byte> room_for_half(const at::Tensor& batch, std::span<std::byte> place, Scratch& scratch) {
  if (!batch.defined() || batch.scalar_type() == at::kHalf) return place;
  return scratch.take(place.size() / batch.element_size() * 2);
}

void convert(const at::Tensor& batch, std::span<const std::byte> half, std::span<std::byte> place) {
  if (!batch.defined() || batch.scalar_type() == at::kHalf) return;
  const auto numbers = numbers_in(half);
  if (batch.scalar_type() == at::kFloat)
    return half_to_float(numbers, {reinterpret_cast<float*>(place.data()), numbers.size()});
  TORCH_CHECK(batch.scalar_type() == at::kBFloat16, "features are read as float16, bfloat16 or float32");
  half_to_bfloat16(numbers, {reinterpret_cast<std::uint16_t*>(place.data()), numbers.size()});
}

}  // namespace

struct CacheReader::Impl {
  explicit Impl(CacheFile opened) : file(std::move(opened)), first_reads(file) {
    const auto& names = file.layout().keys.names;
    for (std::size_t row = 0; row < names.size(); ++row)
      if (!row_by_name.emplace(names[row], static_cast<std::int64_t>(row)).second)
        throw DamagedFile(fmt::format("{} has two rows of image {}; build it again", shown(file.path()),
                                      shown(names[row])));
  }

  CacheFile file;
  FirstReads first_reads;
  std::unordered_map<std::string, std::int64_t> row_by_name;
};

CacheReader::CacheReader(std::filesystem::path path) : impl_(std::make_unique<Impl>(CacheFile(path))) {}
CacheReader::CacheReader(const std::vector<std::filesystem::path>& paths)
    : impl_(std::make_unique<Impl>(paths.size() == 1 ? CacheFile(paths.front())
                                                     : CacheFile::joined(open_all(paths)))) {}
CacheReader::~CacheReader() = default;
CacheReader::CacheReader(CacheReader&&) noexcept = default;
CacheReader& CacheReader::operator=(CacheReader&&) noexcept = default;

const std::filesystem::path& CacheReader::path() const {
  return impl_->file.path();
}
const CacheInfo& CacheReader::info() const {
  return impl_->file.layout().info;
}
const std::vector<std::string>& CacheReader::names() const {
  return impl_->file.layout().keys.names;
}
const std::vector<std::string>& CacheReader::hashes() const {
  return impl_->file.layout().keys.hashes;
}

std::optional<std::int64_t> CacheReader::find_row(const std::string& name) const {
  const auto found = impl_->row_by_name.find(stored_name(name));
  return found == impl_->row_by_name.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t CacheReader::row_of(const std::string& name) const {
  const auto row = find_row(name);
  if (!row)
    throw DataError(
        fmt::format("the cache {} has no features of image {}; build it from all images that are used",
                    shown(path()), shown(name)));
  return *row;
}

Features CacheReader::room(std::int64_t rows, const Form& form) const {
  const CacheInfo& about = info();
  const FeatureShape& shape = about.feature_shape;
  const auto require = [&](bool has, const char* what) {
    if (!has)
      throw DataError(fmt::format("the cache {} holds no {}; build one that does", shown(path()), what));
  };
  const auto options = at::TensorOptions().dtype(form.type).pinned_memory(form.pinned && at::hasCUDA());
  Features features;
  if (form.needs.pooled) {
    require(about.has.pooled, "pooled features");
    features.pooled = at::empty({rows, shape.channels}, options);
  }
  if (form.needs.map) {
    require(about.has.map, "feature maps");
    features.map = at::empty({rows, shape.pixels(), shape.channels}, options);
  }
  return features;
}

void CacheReader::read_into(const Features& batch, std::int64_t position, std::int64_t row,
                            RowScratch& scratch) const {
  TORCH_CHECK(row >= 0 && row < info().images, "row ", row, " is not in ", shown(path()));
  const CacheFile& file = impl_->file;
  const auto pooled = place_in(batch.pooled, position);
  const auto map = place_in(batch.map, position);
  const auto half_pooled = room_for_half(batch.pooled, pooled, scratch.pooled);
  const auto half_map = room_for_half(batch.map, map, scratch.map);
  if (!half_pooled.empty()) file.read_pooled(row, half_pooled);
  if (!half_map.empty()) file.read_map(row, half_map, scratch.packed);
  impl_->first_reads.check(row, {.pooled = half_pooled, .map = half_map}, scratch.pooled);
  // One row at a time, while the processor's cache holds it.
  convert(batch.pooled, half_pooled, pooled);
  convert(batch.map, half_map, map);
}

Features CacheReader::read(std::span<const std::int64_t> rows, FeatureNeeds needs) const {
  Features features = room(static_cast<std::int64_t>(rows.size()), {.needs = needs});
  RowScratch scratch;
  for (std::size_t i = 0; i < rows.size(); ++i)
    read_into(features, static_cast<std::int64_t>(i), rows[i], scratch);
  return features;
}

void CacheReader::verify() const {
  impl_->file.verify();
}

}  // namespace tagloom::featurecache
