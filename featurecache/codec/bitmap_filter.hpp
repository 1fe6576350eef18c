#pragma once

/// The packing of bitmap_codec.hpp as a filter of HDF5, for `H5Dread` in this process and, as a library of
/// its own, for h5py in another. Uses of HDF5 its types only: whoever loads it has a library of HDF5 already.

#include <hdf5.h>

namespace tagloom::featurecache {

/// From the range that HDF5 leaves to those who register none.
inline constexpr H5Z_filter_t kBitmapFilter = 417;

/// Its one value (`cd_values`) is how many numbers a chunk has. A chunk that packing would not make smaller
/// by a quarter is stored as it is, with the filter marked as skipped.
[[nodiscard]] const H5Z_class2_t& bitmap_filter();

}  // namespace tagloom::featurecache
