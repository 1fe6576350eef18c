#pragma once

/// Lets HDF5 read a file that is open already, through File. HDF5 then opens no file at all: not the same one
/// a second time, and none that a link or an external dataset in it names, which may be a pipe that nobody
/// writes to. And a disk that cannot be read is told from a file that is damaged.

#include <tagloom/base/file.hpp>

#include <hdf5.h>

#include <exception>

namespace tagloom::featurecache {

class FileSource {
 public:
  /// The file must outlive this.
  explicit FileSource(const File& file) : file_(file) {}
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
  bool opened_ = false;
  std::exception_ptr failure_;
};

}  // namespace tagloom::featurecache
