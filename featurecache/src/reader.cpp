#include "cache_file.hpp"

#include <tagloom/error.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <unordered_map>

namespace tagloom::featurecache {

struct CacheReader::Impl {
  explicit Impl(const std::filesystem::path& path) : file(path) {
    const auto& names = file.layout().keys.names;
    for (std::size_t row = 0; row < names.size(); ++row)
      row_by_name.emplace(names[row], static_cast<std::int64_t>(row));
  }

  [[nodiscard]] at::Tensor read(std::span<const std::int64_t> rows, const std::vector<std::uint64_t>& offsets,
                                std::vector<std::int64_t> row_shape, bool pinned) const {
    row_shape.insert(row_shape.begin(), static_cast<std::int64_t>(rows.size()));
    at::Tensor tensor = at::empty(row_shape, at::TensorOptions().dtype(at::kHalf).pinned_memory(pinned));
    file.read(rows, offsets, {static_cast<std::byte*>(tensor.data_ptr()), tensor.nbytes()});
    return tensor;
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

std::int64_t CacheReader::row_of(const std::string& name) const {
  const auto found = impl_->row_by_name.find(name);
  if (found == impl_->row_by_name.end())
    throw DataError(
        fmt::format("the cache {} has no features of image {}; build it from all images that are used",
                    path().string(), name));
  return found->second;
}

Features CacheReader::read(std::span<const std::int64_t> rows, FeatureNeeds needs, bool pinned) const {
  const Layout& layout = impl_->file.layout();
  const FeatureShape& shape = layout.info.feature_shape;
  const auto require = [&](bool has, const char* what) {
    if (!has)
      throw DataError(fmt::format("the cache {} holds no {}; build one that does", path().string(), what));
  };
  for (const std::int64_t row : rows)
    TORCH_CHECK(row >= 0 && row < layout.info.images, "row ", row, " is not in ", path().string());
  const bool page_locked = pinned && at::hasCUDA();
  Features features;
  if (needs.pooled) {
    require(layout.info.has.pooled, "pooled features");
    features.pooled = impl_->read(rows, layout.pooled, {shape.channels}, page_locked);
  }
  if (needs.map) {
    require(layout.info.has.map, "feature maps");
    features.map = impl_->read(rows, layout.map, {shape.pixels(), shape.channels}, page_locked);
  }
  return features;
}

void CacheReader::verify() const {
  impl_->file.verify();
}

}  // namespace tagloom::featurecache
