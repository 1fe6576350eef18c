#pragma once

/// Lets HDF5 read a file that is open already, through File. HDF5 then opens no file at all: not the same one
/// a second time, and none that a link or an external dataset in it names, which may be a pipe that nobody
/// writes to. And a disk that cannot be read is told from a file that is damaged.

#include <tagloom/base/file.hpp>

#include <hdf5.h>

#include <cstdint>
#include <exception>

namespace tagloom::featurecache {

class FileSource {
 public:
  /// The file must outlive this. HDF5 believes it to have so many bytes, which may be more than are there.
  FileSource(const File& file, std::uint64_t claimed_bytes) : file_(file), claimed_bytes_(claimed_bytes) {}
  explicit FileSource(const File& file) : FileSource(file, file.size()) {}
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  /// Makes the one file that is opened with these access properties this one, whatever name is given. This
  /// must outlive it.
  void use(hid_t access);
  /// Throws what File threw when HDF5 last read, if it did: HDF5 itself knows only that it failed.
  void rethrow_failure() const;

 private:
  struct Driver;

  const File& file_;
  std::uint64_t claimed_bytes_;
  bool opened_ = false;
  std::exception_ptr failure_;
};

}  // namespace tagloom::featurecache
