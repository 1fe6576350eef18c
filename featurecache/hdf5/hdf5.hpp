#pragma once

/// The little of HDF5's C interface that a cache needs: handles that close themselves, one call at a time, no
/// printing.

#include <hdf5.h>

#include <cstddef>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tagloom::featurecache {

/// While it lives, HDF5 prints nothing on this thread and no other thread of ours is inside HDF5 (not every
/// build of the library is safe for threads). The caller's own error handler is put back at the end. From the
/// first session on, HDF5 knows the filter of packed maps, loads no other, and does nothing more when the
/// process ends.
class Hdf5Session {
 public:
  Hdf5Session();
  ~Hdf5Session();
  Hdf5Session(const Hdf5Session&) = delete;
  Hdf5Session& operator=(const Hdf5Session&) = delete;

 private:
  std::scoped_lock<std::mutex> lock_;
  H5E_auto2_t handler_ = nullptr;
  void* handler_data_ = nullptr;
};

/// Owns an HDF5 identifier of any kind.
class Handle {
 public:
  explicit Handle(hid_t id) : id_(id) {}
  ~Handle() { (void)close(); }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Handle& operator=(Handle&&) = delete;

  /// Negative on failure, as HDF5 has it. The destructor closes, too, but cannot tell of a failure.
  [[nodiscard]] int close() { return id_ < 0 ? 0 : H5Idec_ref(std::exchange(id_, -1)); }
  // NOLINTNEXTLINE(google-explicit-constructor): a handle is used wherever HDF5 wants its identifier.
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
};

/// IEEE half precision, little-endian: what numpy calls float16.
[[nodiscard]] Handle half_type();
/// The upper half of a little-endian float32. numpy has no such type; HDF5 converts it to any other.
[[nodiscard]] Handle bfloat16_type();
/// UTF-8 text of `bytes` bytes, filled up with zeros.
[[nodiscard]] Handle text_type(std::size_t bytes);
/// How files are opened: metadata in the format of HDF5 1.10, whose every block has a checksum; no lock on
/// the file, since a finished cache does not change and an unfinished one has a lock of our own.
[[nodiscard]] Handle file_access();

/// Which of `name` and the groups above it is a link to something else, which may lie in another file; empty
/// if all are in this one, nothing if one of them is not there.
[[nodiscard]] std::optional<std::string> link_in(hid_t file, std::string_view name);

/// Pass on an identifier or status; throw if it says that HDF5 failed: the file cannot be written, or is
/// damaged. A lack of memory is DataError in both.
hid_t written(hid_t result, const std::filesystem::path& path);
hid_t readable(hid_t result, const std::filesystem::path& path);

}  // namespace tagloom::featurecache
