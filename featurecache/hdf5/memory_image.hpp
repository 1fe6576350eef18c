#pragma once

/// The first bytes of an HDF5 file, in memory. A file that is created with `use` never touches a disk: when
/// one fills up while HDF5 writes to it, the library cannot close the file any more, and crashes when the
/// process ends. What was only given room at the end of the file, and never written, takes no memory. A
/// driver of HDF5 ("virtual file driver") of our own, for the sake of that and of `place_of`.

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tagloom::featurecache {

class MemoryImage {
 public:
  MemoryImage() = default;
  MemoryImage(const MemoryImage&) = delete;
  MemoryImage& operator=(const MemoryImage&) = delete;

  /// Makes the file that is created next with these access properties write here. The image must outlive that
  /// file.
  void use(hid_t access);
  /// What was written; whole once the file is closed.
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  /// Runs `write`, which writes data in one piece, without keeping them; returns where in the file they
  /// belong.
  template <typename Write>
  [[nodiscard]] std::uint64_t place_of(const Write& write) {
    placing_ = true;
    write();
    placing_ = false;
    return place_;
  }

 private:
  struct Driver;

  std::vector<std::byte> bytes_;
  bool placing_ = false;
  std::uint64_t place_ = 0;
};

}  // namespace tagloom::featurecache
