#include "writing/packed_rows_impl.hpp"
#include "writing/row_form.hpp"

namespace tagloom::featurecache {
PackedRows::PackedRows(const CacheInfo& info, std::span<const ImageKey> images, const Features& features)
    : impl_(std::make_unique<Impl>()) {
  impl_->images.assign(images.begin(), images.end());
  if (images.empty()) return;
  // Rows that are scaled are copies.
  if (info.store != StoredType::int8) impl_->features = features;
  const FeaturesToStore to_be(info, features, images.size());
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (!to_be.in_range(i)) throw not_in_range(images[i].name);
    const RowBytes plain = to_be.row(i, impl_->bytes.emplace_back());
    const RowBytes to_store = packed_row(plain, info, impl_->bytes.emplace_back());
    impl_->keys.push_back(keys_of(images[i], info, plain, to_store));
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
