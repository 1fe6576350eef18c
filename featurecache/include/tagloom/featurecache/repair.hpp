#pragma once

/// A finished cache whose damaged rows are computed anew. Its file stays as it is until `finish` puts a whole
/// one in its place, in which all other rows, the names and the description are what they were. Used by one
/// thread at a time.

#include <tagloom/featurecache/verify.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace tagloom::featurecache {

class CacheRepair {
 public:
  /// Reads the whole file, as `verify` does, and throws what that throws; DataError, too, if names or content
  /// hashes changed, since nobody knows then whose rows are whose.
  explicit CacheRepair(const std::filesystem::path& path, const VerifySettings& settings = {});
  ~CacheRepair();
  CacheRepair(const CacheRepair&) = delete;
  CacheRepair& operator=(const CacheRepair&) = delete;

  [[nodiscard]] const Verification& found() const;
  /// The images of the damaged rows, in the order of the rows.
  [[nodiscard]] const std::vector<ImageKey>& images() const;

  /// The features of `images()[first]` and those behind it, as a writer takes them. They wait in memory:
  /// throws DataError where they are more than 4 GiB, NumericError as CacheWriter::append does.
  void replace(std::size_t first, const Features& features);
  /// How many of the rows that were replaced have features of another hash than the file says: other bits,
  /// unless the hash is what was damaged.
  [[nodiscard]] std::int64_t other_than_written() const;

  /// Writes the file anew, once every row in `images()` was replaced. Throws DataError if the disk is full,
  /// a build appends to the file or another one has taken its place, and Interrupted when told to stop; then
  /// the file is what it was.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tagloom::featurecache
