#pragma once

/// A cache's two datasets of features as HDF5 has them: the type and the shape of one row. Numbers are
/// themselves; of int8 a row is one compound of `scale` and `values`, so that what belongs together lies
/// together.

#include "hdf5/hdf5.hpp"

#include <tagloom/featurecache/schema.hpp>

#include <vector>

namespace tagloom::featurecache {

struct RowType {
  Handle type;
  /// Behind the number of rows; nothing for a compound.
  std::vector<hsize_t> shape;
};

/// Called within an Hdf5Session.
[[nodiscard]] RowType pooled_type(const CacheInfo& info);
[[nodiscard]] RowType map_type(const CacheInfo& info);

}  // namespace tagloom::featurecache
