#include "memory_image.hpp"

#include "driver_class.hpp"
#include "hdf5.hpp"

#include <algorithm>
#include <new>
#include <type_traits>

namespace tagloom::featurecache {

/// What HDF5 holds of an open file: its own part first, as it demands.
struct MemoryImage::Driver {
  H5FD_t hdf5 = {};
  MemoryImage* image = nullptr;
  haddr_t end_of_room = 0;
  haddr_t end_of_file = 0;

  static Driver& of(H5FD_t* file) { return *reinterpret_cast<Driver*>(file); }
  static const Driver& of(const H5FD_t* file) { return *reinterpret_cast<const Driver*>(file); }

  static H5FD_t* open(const char*, unsigned, hid_t access, haddr_t) {
    const auto* image = static_cast<MemoryImage* const*>(H5Pget_driver_info(access));
    auto* driver = image == nullptr ? nullptr : new (std::nothrow) Driver{.image = *image};
    return driver == nullptr ? nullptr : &driver->hdf5;
  }
  static herr_t close(H5FD_t* file) {
    delete &of(file);
    return 0;
  }
  static herr_t query(const H5FD_t*, unsigned long* flags) {
    // Metadata together at the beginning of the file.
    if (flags != nullptr) *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_DATA_SIEVE;
    return 0;
  }
  static haddr_t room(const H5FD_t* file, H5FD_mem_t) { return of(file).end_of_room; }
  static herr_t set_room(H5FD_t* file, H5FD_mem_t, haddr_t end) {
    of(file).end_of_room = end;
    return 0;
  }
  static haddr_t size(const H5FD_t* file, H5FD_mem_t) { return of(file).end_of_file; }

  static herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t count, void* to) {
    const std::span<const std::byte> bytes = of(file).image->bytes_;
    const auto begin = std::min<std::size_t>(address, bytes.size());
    const auto there = bytes.subspan(begin, std::min(count, bytes.size() - begin));
    auto* end = std::ranges::copy(there, static_cast<std::byte*>(to)).out;
    std::fill_n(end, count - there.size(), std::byte{0});
    return 0;
  }
  static herr_t write(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t count, const void* from) {
    Driver& driver = of(file);
    MemoryImage& image = *driver.image;
    driver.end_of_file = std::max<haddr_t>(driver.end_of_file, address + count);
    if (image.placing_) {
      image.place_ = address;
      return 0;
    }
    try {
      image.bytes_.resize(std::max<std::size_t>(image.bytes_.size(), address + count));
    } catch (const std::bad_alloc&) {
      return -1;
    }
    std::copy_n(static_cast<const std::byte*>(from), count, image.bytes_.data() + address);
    return 0;
  }

  static H5FD_class_t make_class() {
    H5FD_class_t driver = driver_class("tagloom_memory_image", 417, sizeof(MemoryImage*));
    driver.open = &open;
    driver.close = &close;
    driver.query = &query;
    driver.get_eoa = &room;
    driver.set_eoa = &set_room;
    driver.get_eof = &size;
    driver.read = &read;
    driver.write = &write;
    return driver;
  }
};

void MemoryImage::use(hid_t access) {
  static const H5FD_class_t kClass = Driver::make_class();
  // The properties keep the driver for as long as they need it, and copy the pointer.
  const Handle driver(H5FDregister(&kClass));
  MemoryImage* const self = this;
  H5Pset_driver(access, driver, &self);
}

}  // namespace tagloom::featurecache
