#pragma once

/// The first bytes of an HDF5 file, in memory. A file that is created with `use` never touches a disk: when
/// one fills up while HDF5 writes to it, the library cannot close the file any more, and crashes when the
/// process ends. What was only given room at the end of the file, and never written, takes no memory.

#include <hdf5.h>

#include <cstddef>
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

 private:
  static void* resize(void* old, std::size_t size, H5FD_file_image_op_t, void* image);

  std::vector<std::byte> bytes_;
};

}  // namespace tagloom::featurecache
