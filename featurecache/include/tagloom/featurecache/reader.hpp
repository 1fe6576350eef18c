#pragma once

/// A finished feature cache, or several as one, opened for reading. Opening reads the description and the
/// names; features are read by row, straight from the file's bytes (HDF5's own reader serialises threads), so
/// that `read` may be called from several threads at once.

#include <tagloom/featurecache/schema.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tagloom::featurecache {

struct RowScratch;

/// The type of tensors that holds what is stored without loss; float16 for int8, of whose numbers it keeps
/// eleven bits.
[[nodiscard]] at::ScalarType type_as_stored(StoredType type);

class CacheReader {
 public:
  /// Throws DataError if the file is missing, is no feature cache, is truncated or damaged, or has a newer
  /// format.
  explicit CacheReader(std::filesystem::path path);
  /// Several caches as if they were one that holds all their images; at least one. Also throws DataError if
  /// they were made with different encoders, weights or options, or an image has other content in another.
  explicit CacheReader(const std::vector<std::filesystem::path>& paths);
  ~CacheReader();
  CacheReader(CacheReader&&) noexcept;
  CacheReader& operator=(CacheReader&&) noexcept;

  /// Where several caches are read as one, their names in one text, for people.
  [[nodiscard]] const std::filesystem::path& path() const;
  [[nodiscard]] const CacheInfo& info() const;
  /// Image names, as `stored_name` has them, and content hashes by row.
  [[nodiscard]] const std::vector<std::string>& names() const;
  [[nodiscard]] const std::vector<std::string>& hashes() const;
  /// The row of the image of this name, UTF-8 or not. Throws DataError if the cache does not hold it.
  [[nodiscard]] std::int64_t row_of(const std::string& name) const;
  /// Nothing if the cache does not hold the image.
  [[nodiscard]] std::optional<std::int64_t> find_row(const std::string& name) const;

  /// Features of the rows given, in that order, on the CPU, of `type_as_stored`; `map` only if `needs.map`,
  /// `pooled` only if `needs.pooled`. Throws DataError if the cache lacks what is needed, or the file ends
  /// early or is damaged.
  [[nodiscard]] Features read(std::span<const std::int64_t> rows, FeatureNeeds needs) const;

  /// In what form features are wanted.
  struct Form {
    FeatureNeeds needs;
    /// float16, bfloat16 or float32, whatever is stored.
    at::ScalarType type = at::kHalf;
    /// Page-locked memory, for copies to a GPU.
    bool pinned = false;
  };

  /// The same in two steps, for a batch from several caches of one shape: room for `rows` rows, and one row
  /// put there. `scratch` is kept from row to row; one a thread.
  [[nodiscard]] Features room(std::int64_t rows, const Form& form) const;
  void read_into(const Features& batch, std::int64_t position, std::int64_t row, RowScratch& scratch) const;

  /// Reads every row and compares it with the hash that was stored when it was written. Throws DataError
  /// naming the first image whose features are damaged, Interrupted when told to stop.
  void verify() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tagloom::featurecache
