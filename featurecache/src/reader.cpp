#include "cache_file.hpp"
#include "convert_half.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/error.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <unordered_map>

namespace tagloom::featurecache {
namespace {

std::span<const std::uint16_t> numbers_in(std::span<const std::byte> half) {
  return {reinterpret_cast<const std::uint16_t*>(half.data()), half.size() / 2};
}

/// Has `read` give a row of float16 and puts it at `position` of `batch`, converted while the processor's
/// cache holds it.
template <typename Read>
void put(const at::Tensor& batch, std::int64_t position, Scratch& scratch, const Read& read) {
  const auto numbers = static_cast<std::size_t>(batch.numel() / batch.size(0));
  const std::size_t row_bytes = numbers * batch.element_size();
  auto* const to = static_cast<std::byte*>(batch.data_ptr()) + static_cast<std::size_t>(position) * row_bytes;
  if (batch.scalar_type() == at::kHalf) return read(std::span(to, row_bytes));
  const std::span<std::byte> half = scratch.take(numbers * 2);
  read(half);
  if (batch.scalar_type() == at::kFloat)
    return half_to_float(numbers_in(half), {reinterpret_cast<float*>(to), numbers});
  TORCH_CHECK(batch.scalar_type() == at::kBFloat16, "features are read as float16, bfloat16 or float32");
  half_to_bfloat16(numbers_in(half), {reinterpret_cast<std::uint16_t*>(to), numbers});
}

}  // namespace

struct CacheReader::Impl {
  explicit Impl(const std::filesystem::path& path) : file(path) {
    const auto& names = file.layout().keys.names;
    for (std::size_t row = 0; row < names.size(); ++row)
      if (!row_by_name.emplace(names[row], static_cast<std::int64_t>(row)).second)
        throw DamagedFile(
            fmt::format("{} has two rows of image {}; build it again", shown(path), shown(names[row])));
  }

  CacheFile file;
  std::unordered_map<std::string, std::int64_t> row_by_name;
};

CacheReader::CacheReader(std::filesystem::path path) : impl_(std::make_unique<Impl>(path)) {}
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
  if (batch.pooled.defined())
    put(batch.pooled, position, scratch.half,
        [&](std::span<std::byte> half) { file.read_pooled(row, half); });
  if (batch.map.defined())
    put(batch.map, position, scratch.half,
        [&](std::span<std::byte> half) { file.read_map(row, half, scratch.packed); });
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
