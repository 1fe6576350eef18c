#pragma once

/// The right to be the only process that writes something. The system takes it back when the process ends,
/// however it ends, so that nobody has to delete a lock after a crash.

#include <tagloom/base/error.hpp>
#include <tagloom/base/export.hpp>

#include <filesystem>
#include <string>

namespace tagloom {

/// A lock file, held while this lives. A kind of lock that the file system lacks (Lustre and some NFS have no
/// `flock`) is replaced by the next: `flock`, then `fcntl`, then what is written in the file, by which a
/// process of this machine is recognised that still lives.
class TAGLOOM_API FileLock {
 public:
  /// Another process has the lock: not that there are no locks here.
  class TAGLOOM_API Held : public DataError {
   public:
    Held(const std::filesystem::path& path, std::string owner);
    /// "process 17 on node3" or, where that is not known, "another process".
    [[nodiscard]] const std::string& owner() const { return owner_; }

   private:
    std::string owner_;
  };

  /// Creates the file if need be; a link in its place is refused. Does not wait. Throws Held, or DataError if
  /// the file cannot be made.
  [[nodiscard]] static FileLock take(std::filesystem::path path);
  /// Removes the file, if it is still this one.
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;

  /// Empty, or a sentence for the user: why a second process might not be noticed.
  [[nodiscard]] const std::string& note() const { return note_; }

 private:
  FileLock(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  void acquire();
  /// Whether the path still names the file that is open.
  [[nodiscard]] bool is_in_place() const;

  std::filesystem::path path_;
  int descriptor_;
  std::string note_;
};

}  // namespace tagloom
