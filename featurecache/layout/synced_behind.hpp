#pragma once

/// Brings a large file to the disk while it is still being written, so that the disk works meanwhile and
/// little is left to wait for at the end: no signal is heard during that.

#include <tagloom/base/file.hpp>

#include <cstdint>
#include <future>

namespace tagloom::featurecache {

class SyncedBehind {
 public:
  /// `file` must outlive it.
  explicit SyncedBehind(const File& file) : file_(file) {}
  SyncedBehind(const SyncedBehind&) = delete;
  SyncedBehind& operator=(const SyncedBehind&) = delete;

  /// So many more bytes have been written. Waits where the disk is too far behind. Throws DataError if it
  /// did not take what was written before.
  void written(std::uint64_t bytes);
  /// Waits for what was given to the disk. Throws DataError if it did not take it, which the system says once
  /// alone: whoever syncs the file afterwards is told of nothing.
  void wait();

 private:
  const File& file_;
  std::uint64_t unsynced_ = 0;
  /// Under way.
  std::future<void> sync_;
};

}  // namespace tagloom::featurecache
