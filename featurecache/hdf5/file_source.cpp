#include "hdf5/file_source.hpp"

#include "hdf5/driver_class.hpp"

#include <algorithm>
#include <cstddef>
#include <new>
#include <span>

namespace tagloom::featurecache {
namespace {

/// Far more than any piece of a cache's metadata, and less than a file may claim to have.
constexpr std::size_t kMostAtOnce = std::size_t{128} << 20;

}  // namespace

struct FileSource::Driver {
  using Open = OpenFile<FileSource>;

  static H5FD_t* open(const char*, unsigned flags, hid_t access, haddr_t) {
    const auto* property = static_cast<FileSource* const*>(H5Pget_driver_info(access));
    if (property == nullptr || (*property)->opened_ || (flags & H5F_ACC_RDWR) != 0) return nullptr;
    FileSource& source = **property;
    try {
      auto* driver = new Open{.source = &source, .end_of_file = source.claimed_bytes_};
      source.opened_ = true;
      return &driver->hdf5;
    } catch (const std::exception&) {
      source.failure_ = std::current_exception();
      return nullptr;
    }
  }
  static herr_t query(const H5FD_t*, unsigned long* flags) {
    if (flags != nullptr) *flags = 0;
    return 0;
  }

  /// Zeros behind the end, as HDF5's own drivers have it.
  static herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t count, void* to) {
    const Open& driver = Open::of(file);
    if (count > kMostAtOnce) return -1;
    const std::span bytes(static_cast<std::byte*>(to), count);
    try {
      const haddr_t end = driver.source->file_.size();
      const haddr_t begin = std::min(address, end);
      const auto there = static_cast<std::size_t>(std::min<haddr_t>(count, end - begin));
      std::ranges::fill(bytes.subspan(there), std::byte{0});
      driver.source->file_.read_at(bytes.first(there), begin);
      return 0;
    } catch (const std::exception&) {
      driver.source->failure_ = std::current_exception();
      return -1;
    }
  }
  static herr_t write(H5FD_t*, H5FD_mem_t, hid_t, haddr_t, std::size_t, const void*) { return -1; }

  static H5FD_class_t make_class() {
    H5FD_class_t driver = driver_class<FileSource>("tagloom_file_source", 418);
    driver.open = &open;
    driver.query = &query;
    driver.read = &read;
    driver.write = &write;
    return driver;
  }
};

void FileSource::use(hid_t access) {
  static const H5FD_class_t kClass = Driver::make_class();
  use_driver(access, kClass, this);
}

void FileSource::rethrow_failure() const {
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace tagloom::featurecache
