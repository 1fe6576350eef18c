#pragma once

/// The packing of packed_map.hpp as a filter of HDF5, for `H5Dread` in this process and, as a library of
/// its own, for h5py in another. Uses of HDF5 its types only: whoever loads it has a library of HDF5 already.

#include "codec/packed_map.hpp"

#include <hdf5.h>

#include <vector>

namespace tagloom::featurecache {

/// From the range that HDF5 leaves to those who register none.
inline constexpr H5Z_filter_t kBitmapFilter = 417;

/// A chunk that packing would not make smaller by a quarter is stored as it is, with the filter marked as
/// skipped.
[[nodiscard]] const H5Z_class2_t& bitmap_filter();

/// What it is told of maps (`cd_values`): how many numbers one has and, unless these are of two bytes without
/// scales, how many bytes each has and how many bytes scales take before them.
[[nodiscard]] std::vector<unsigned> bitmap_filter_values(const MapForm& form);

}  // namespace tagloom::featurecache
