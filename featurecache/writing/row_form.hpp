#pragma once

/// The form in which a batch's features become rows of a file.

#include "layout/layout.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/featurecache/packed_rows.hpp>
#include <tagloom/features.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace tagloom::featurecache {

/// What a cache like `info` holds of a batch, as `to_store` gives it; the tensors are shared, not copied.
class FeaturesToStore {
 public:
  FeaturesToStore(const CacheInfo& info, const Features& features, std::size_t images);

  /// Whether every number of an image is one, and float16 has room for it: a reader may want any type.
  [[nodiscard]] bool in_range(std::size_t row) const;
  /// An image's row, not packed; in memory of the tensors or, where they are scaled, of `scaled`.
  [[nodiscard]] RowBytes row(std::size_t row, std::vector<std::byte>& scaled) const;

 private:
  const CacheInfo& info_;
  Features features_;
};

/// A row whose map is as a cache like `info` stores it: as it was, or packed into `packed` if that is worth
/// it.
[[nodiscard]] RowBytes packed_row(const RowBytes& plain, const CacheInfo& info,
                                  std::vector<std::byte>& packed);

/// The error of a row of this image that is not in range.
[[nodiscard]] NumericError not_in_range(const std::string& name);

/// Throws DataError for a name, as it is stored, that no file can have.
void check_stored_name(const std::string& name);

/// What a file like `info` knows of one row. Without a hash of the image, that of its features stands for it.
[[nodiscard]] RowKeys keys_of(ImageKey image, const CacheInfo& info, const RowBytes& plain,
                              const RowBytes& stored);

}  // namespace tagloom::featurecache
