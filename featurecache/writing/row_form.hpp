#pragma once

/// The form in which a batch's features become rows of a file.

#include "layout/layout.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/featurecache/writer.hpp>
#include <tagloom/features.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace tagloom::featurecache {

/// A copy on the CPU in half precision of what a cache like `info` holds of `images` images: what is written
/// waits in memory while its owner may overwrite the original.
[[nodiscard]] Features stored_form(const Features& features, const CacheInfo& info, std::size_t images);

/// One row of such a copy, which must outlive it.
[[nodiscard]] RowBytes row_of(const Features& stored, std::size_t row);

/// Whether every number is one: neither NaN nor infinity.
[[nodiscard]] bool finite(const RowBytes& row);

/// A row whose map is as it is stored: as it was, or packed into `packed` if that is worth it.
[[nodiscard]] RowBytes packed_row(const RowBytes& row, Compression compression,
                                  std::vector<std::byte>& packed);

/// The error of a row of this image that is not finite.
[[nodiscard]] NumericError not_finite(const std::string& name);

/// Throws DataError for a name, as it is stored, that no file can have.
void check_stored_name(const std::string& name);

/// What a file knows of one row. Without a hash of the image, that of its features stands for it.
[[nodiscard]] RowKeys keys_of(ImageKey image, const RowBytes& plain, const RowBytes& stored);

}  // namespace tagloom::featurecache
