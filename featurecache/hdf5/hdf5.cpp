#include "hdf5/hdf5.hpp"

#include "codec/bitmap_filter.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::featurecache {
namespace {

/// Before any other call of HDF5.
bool set_up() {
  // A file that is damaged in some ways cannot be closed. At the end of the process HDF5 would try again and
  // again, and print "infinite loop closing library"; everything of ours is closed or on the disk by then.
  H5dont_atexit();
  // The library that a file's filter names is foreign code.
  H5PLset_loading_state(0);
  return true;
}

std::mutex& one_at_a_time() {
  static std::mutex mutex;
  [[maybe_unused]] static const bool is_set_up = set_up();
  return mutex;
}

/// Whether the call that failed just now wanted memory that there is not.
bool lacked_memory() {
  bool lacked = false;
  const auto look = [](unsigned, const H5E_error2_t* error, void* found) -> herr_t {
    if (error->maj_num == H5E_RESOURCE && (error->min_num == H5E_NOSPACE || error->min_num == H5E_CANTALLOC))
      *static_cast<bool*>(found) = true;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, look, &lacked);
  return lacked;
}

/// A little-endian float of two bytes, of which so many bits are exponent and mantissa.
Handle short_float(std::size_t exponent, std::size_t mantissa) {
  Handle type(H5Tcopy(H5T_IEEE_F32LE));
  H5Tset_fields(type, 15, mantissa, exponent, 0, mantissa);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, (std::size_t{1} << (exponent - 1)) - 1);
  return type;
}

}  // namespace

Hdf5Session::Hdf5Session() : lock_(one_at_a_time()) {
  H5Eget_auto2(H5E_DEFAULT, &handler_, &handler_data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5Zregister(&bitmap_filter());
}

Hdf5Session::~Hdf5Session() {
  H5Eset_auto2(H5E_DEFAULT, handler_, handler_data_);
}

Handle half_type() {
  return short_float(5, 10);
}

Handle bfloat16_type() {
  return short_float(8, 7);
}

Handle text_type(std::size_t bytes) {
  Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type, bytes);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

Handle file_access() {
  Handle access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110);
  H5Pset_file_locking(access, /*use_file_locking=*/0, /*ignore_when_disabled=*/1);
  return access;
}

std::optional<std::string> link_in(hid_t file, std::string_view name) {
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = name.find('/', end + 1);
    const std::string path(name.substr(0, end));
    if (path.empty() || path == "/") continue;
    H5L_info_t link = {};
    if (H5Lget_info(file, path.c_str(), &link, H5P_DEFAULT) < 0) return std::nullopt;
    if (link.type != H5L_TYPE_HARD) return path;
  }
  return "";
}

hid_t written(hid_t result, const std::filesystem::path& path) {
  if (result < 0)
    throw DataError(fmt::format("cannot lay out {}: HDF5 failed in memory; is there enough?", shown(path)));
  return result;
}

hid_t readable(hid_t result, const std::filesystem::path& path) {
  if (result >= 0) return result;
  if (lacked_memory())
    throw DataError(fmt::format("there is not enough memory to read {}; free some", shown(path)));
  throw DamagedFile(fmt::format(
      "{} is no whole feature cache: it is cut short or damaged; copy or build it again", shown(path)));
}

}  // namespace tagloom::featurecache
