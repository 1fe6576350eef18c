#include "file_source.hpp"

#include "driver_class.hpp"
#include "hdf5.hpp"

#include <algorithm>
#include <cstddef>
#include <new>
#include <span>

namespace tagloom::featurecache {
namespace {

/// Far more than any piece of a cache's metadata, and less than a file may claim to have.
constexpr std::size_t kMostAtOnce = std::size_t{128} << 20;

}  // namespace

/// What HDF5 holds of the open file: its own part first, as it demands.
struct FileSource::Driver {
  H5FD_t hdf5 = {};
  FileSource* source = nullptr;
  haddr_t end_of_file = 0;
  haddr_t end_of_room = 0;

  static Driver& of(H5FD_t* file) { return *reinterpret_cast<Driver*>(file); }
  static const Driver& of(const H5FD_t* file) { return *reinterpret_cast<const Driver*>(file); }

  static H5FD_t* open(const char*, unsigned flags, hid_t access, haddr_t) {
    const auto* property = static_cast<FileSource* const*>(H5Pget_driver_info(access));
    if (property == nullptr || (*property)->opened_ || (flags & H5F_ACC_RDWR) != 0) return nullptr;
    FileSource& source = **property;
    try {
      auto* driver = new Driver{.source = &source, .end_of_file = source.file_.size()};
      source.opened_ = true;
      return &driver->hdf5;
    } catch (const std::exception&) {
      source.failure_ = std::current_exception();
      return nullptr;
    }
  }
  static herr_t close(H5FD_t* file) {
    delete &of(file);
    return 0;
  }
  static herr_t query(const H5FD_t*, unsigned long* flags) {
    if (flags != nullptr) *flags = 0;
    return 0;
  }
  static haddr_t room(const H5FD_t* file, H5FD_mem_t) { return of(file).end_of_room; }
  static herr_t set_room(H5FD_t* file, H5FD_mem_t, haddr_t end) {
    of(file).end_of_room = end;
    return 0;
  }
  static haddr_t size(const H5FD_t* file, H5FD_mem_t) { return of(file).end_of_file; }

  /// Zeros behind the end, as HDF5's own drivers have it.
  static herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t count, void* to) {
    const Driver& driver = of(file);
    if (count > kMostAtOnce) return -1;
    const std::span bytes(static_cast<std::byte*>(to), count);
    const haddr_t begin = std::min(address, driver.end_of_file);
    const auto there = static_cast<std::size_t>(std::min<haddr_t>(count, driver.end_of_file - begin));
    std::ranges::fill(bytes.subspan(there), std::byte{0});
    try {
      driver.source->file_.read_at(bytes.first(there), begin);
      return 0;
    } catch (const std::exception&) {
      driver.source->failure_ = std::current_exception();
      return -1;
    }
  }
  static herr_t write(H5FD_t*, H5FD_mem_t, hid_t, haddr_t, std::size_t, const void*) { return -1; }

  static H5FD_class_t make_class() {
    H5FD_class_t driver = driver_class("tagloom_file_source", 418, sizeof(FileSource*));
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

void FileSource::use(hid_t access) {
  static const H5FD_class_t kClass = Driver::make_class();
  // The properties keep the driver for as long as they need it, and copy the pointer.
  const Handle driver(H5FDregister(&kClass));
  FileSource* const self = this;
  H5Pset_driver(access, driver, &self);
}

void FileSource::rethrow_failure() const {
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace tagloom::featurecache
