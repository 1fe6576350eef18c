#include "layout/row_type.hpp"

#include "layout/row_shape.hpp"

#include <array>
#include <span>

namespace tagloom::featurecache {
namespace {

Handle number_type(StoredType type) {
  switch (type) {
    case StoredType::bfloat16:
      return bfloat16_type();
    case StoredType::float32:
      return Handle(H5Tcopy(H5T_IEEE_F32LE));
    case StoredType::int8:
      return Handle(H5Tcopy(H5T_STD_I8LE));
    default:
      return half_type();
  }
}

Handle array_of(hid_t type, std::span<const hsize_t> shape) {
  return Handle(H5Tarray_create2(type, static_cast<unsigned>(shape.size()), shape.data()));
}

/// Scales, and the numbers behind them.
Handle scaled(hid_t scale, std::size_t bytes, const Handle& values) {
  const std::size_t scale_bytes = H5Tget_size(scale);
  Handle type(H5Tcreate(H5T_COMPOUND, bytes));
  H5Tinsert(type, "scale", 0, scale);
  H5Tinsert(type, "values", scale_bytes, values);
  return type;
}

}  // namespace

RowType pooled_type(const CacheInfo& info) {
  const std::array shape = {static_cast<hsize_t>(info.feature_shape.channels)};
  Handle number = number_type(info.store);
  if (info.store != StoredType::int8) return {std::move(number), {shape.begin(), shape.end()}};
  return {scaled(H5T_IEEE_F32LE, pooled_bytes(info), array_of(number, shape)), {}};
}

RowType map_type(const CacheInfo& info) {
  const auto channels = static_cast<hsize_t>(info.feature_shape.channels);
  const std::array shape = {static_cast<hsize_t>(info.feature_shape.pixels()), channels};
  Handle number = number_type(info.store);
  if (info.store != StoredType::int8) return {std::move(number), {shape.begin(), shape.end()}};
  const Handle scales = array_of(H5T_IEEE_F32LE, std::array{channels});
  return {scaled(scales, map_bytes(info), array_of(number, shape)), {}};
}

}  // namespace tagloom::featurecache
