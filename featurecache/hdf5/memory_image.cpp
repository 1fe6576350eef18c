#include "hdf5/memory_image.hpp"

#include "hdf5/driver_class.hpp"

#include <algorithm>
#include <new>
#include <type_traits>

namespace tagloom::featurecache {

struct MemoryImage::Driver {
  using Open = OpenFile<MemoryImage>;

  static H5FD_t* open(const char*, unsigned, hid_t access, haddr_t) {
    const auto* image = static_cast<MemoryImage* const*>(H5Pget_driver_info(access));
    auto* driver = image == nullptr ? nullptr : new (std::nothrow) Open{.source = *image};
    return driver == nullptr ? nullptr : &driver->hdf5;
  }
  static herr_t query(const H5FD_t*, unsigned long* flags) {
    // Metadata together at the beginning of the file.
    if (flags != nullptr) *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_DATA_SIEVE;
    return 0;
  }

  static herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t count, void* to) {
    const std::span<const std::byte> bytes = Open::of(file).source->bytes_;
    const auto begin = std::min<std::size_t>(address, bytes.size());
    const auto there = bytes.subspan(begin, std::min(count, bytes.size() - begin));
    auto* end = std::ranges::copy(there, static_cast<std::byte*>(to)).out;
    std::fill_n(end, count - there.size(), std::byte{0});
    return 0;
  }
  static herr_t write(H5FD_t* file, H5FD_mem_t what, hid_t, haddr_t address, std::size_t count,
                      const void* from) {
    Open& driver = Open::of(file);
    MemoryImage& image = *driver.source;
    driver.end_of_file = std::max<haddr_t>(driver.end_of_file, address + count);
    // What HDF5 knows of many rows does not stay in its memory until the end.
    if (image.placing_ && what == H5FD_MEM_DRAW) {
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
    H5FD_class_t driver = driver_class<MemoryImage>("tagloom_memory_image", 417);
    driver.open = &open;
    driver.query = &query;
    driver.read = &read;
    driver.write = &write;
    return driver;
  }
};

void MemoryImage::use(hid_t access) {
  static const H5FD_class_t kClass = Driver::make_class();
  use_driver(access, kClass, this);
}

}  // namespace tagloom::featurecache
