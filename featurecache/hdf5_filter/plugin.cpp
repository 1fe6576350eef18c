/// The filter of packed maps as a library that HDF5 finds through HDF5_PLUGIN_PATH, for h5py and HDF5's
/// tools.

#include "codec/bitmap_filter.hpp"

#include <H5PLextern.h>

// H5PLextern.h declares both for export only on some systems.
extern "C" __attribute__((visibility("default"))) H5PL_type_t H5PLget_plugin_type() {
  return H5PL_TYPE_FILTER;
}

extern "C" __attribute__((visibility("default"))) const void* H5PLget_plugin_info() {
  return &tagloom::featurecache::bitmap_filter();
}
