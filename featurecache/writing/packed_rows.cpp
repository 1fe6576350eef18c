#include "writing/packed_rows_impl.hpp"
#include "writing/row_form.hpp"

#include <ATen/ATen.h>

#include <cstdint>

namespace tagloom::featurecache {
namespace {

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
    const RowBytes plain = row_of(impl_->features, i);
    if (!finite(plain)) throw not_finite(images[i].name);
    const RowBytes to_store = packed_row(plain, info.compression, impl_->packed.emplace_back());
    impl_->keys.push_back(keys_of(images[i], plain, to_store));
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
