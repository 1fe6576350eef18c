#pragma once

/// What our two drivers of HDF5 ("virtual file drivers": where a file's bytes come from and go to) have in
/// common, over the versions of the library.

#include "hdf5/hdf5.hpp"

#include <hdf5.h>

#include <algorithm>

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

namespace tagloom::featurecache {

/// The highest address of a file.
inline constexpr haddr_t kMostAddress = haddr_t{1} << 62;

/// What HDF5 holds of an open file: its own part first, as it demands. `Source` has the bytes.
template <class Source>
struct OpenFile {
  H5FD_t hdf5 = {};
  Source* source = nullptr;
  haddr_t end_of_file = 0;
  haddr_t end_of_room = 0;

  static OpenFile& of(H5FD_t* file) { return *reinterpret_cast<OpenFile*>(file); }
  static const OpenFile& of(const H5FD_t* file) { return *reinterpret_cast<const OpenFile*>(file); }

  static herr_t close(H5FD_t* file) {
    delete &of(file);
    return 0;
  }
  static haddr_t room(const H5FD_t* file, H5FD_mem_t) { return of(file).end_of_room; }
  static herr_t set_room(H5FD_t* file, H5FD_mem_t, haddr_t end) {
    of(file).end_of_room = end;
    return 0;
  }
  static haddr_t size(const H5FD_t* file, H5FD_mem_t) { return of(file).end_of_file; }
};

/// A class whose access property is a pointer to a Source and whose files are OpenFiles, made by `new`; it
/// still lacks open, query, read and write.
template <class Source>
H5FD_class_t driver_class(const char* name, [[maybe_unused]] int value) {
  H5FD_class_t driver = {};
#if H5_VERSION_GE(1, 13, 0)
  driver.version = H5FD_CLASS_VERSION;
  driver.value = static_cast<H5FD_class_value_t>(value);  // of those that HDF5 leaves to who registers none
#endif
  driver.name = name;
  driver.maxaddr = kMostAddress;
  driver.fc_degree = H5F_CLOSE_WEAK;
  driver.fapl_size = sizeof(Source*);
  std::fill_n(driver.fl_map, static_cast<int>(H5FD_MEM_NTYPES), H5FD_MEM_DEFAULT);
  driver.close = &OpenFile<Source>::close;
  driver.get_eoa = &OpenFile<Source>::room;
  driver.set_eoa = &OpenFile<Source>::set_room;
  driver.get_eof = &OpenFile<Source>::size;
  return driver;
}

/// Has files that are opened with these access properties go through `driver` to `source`; they copy the
/// pointer. One driver of each kind stays registered as long as the process lives: HDF5 calls the driver once
/// more after it has let go of it, when a file is closed.
template <class Source>
void use_driver(hid_t access, const H5FD_class_t& driver, Source* source) {
  static const hid_t registered = H5FDregister(&driver);
  H5Pset_driver(access, registered, &source);
}

}  // namespace tagloom::featurecache
