#pragma once

/// What our two drivers of HDF5 ("virtual file drivers": where a file's bytes come from and go to) have in
/// common, over the versions of the library.

#include <hdf5.h>

#include <algorithm>
#include <cstddef>

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

namespace tagloom::featurecache {

/// The highest address of a file.
inline constexpr haddr_t kMostAddress = haddr_t{1} << 62;

/// A class without functions, whose access property has `property_bytes` bytes.
inline H5FD_class_t driver_class(const char* name, [[maybe_unused]] int value, std::size_t property_bytes) {
  H5FD_class_t driver = {};
#if H5_VERSION_GE(1, 13, 0)
  driver.version = H5FD_CLASS_VERSION;
  driver.value = static_cast<H5FD_class_value_t>(value);  // of those that HDF5 leaves to who registers none
#endif
  driver.name = name;
  driver.maxaddr = kMostAddress;
  driver.fc_degree = H5F_CLOSE_WEAK;
  driver.fapl_size = property_bytes;
  std::fill_n(driver.fl_map, static_cast<int>(H5FD_MEM_NTYPES), H5FD_MEM_DEFAULT);
  return driver;
}

}  // namespace tagloom::featurecache
