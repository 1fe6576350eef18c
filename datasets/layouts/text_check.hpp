#pragma once

/// What lists as text and as tables have in common.

#include "layouts/file_buffer.hpp"

#include <cstddef>

namespace tagloom::datasets {

/// Bytes of a line of a list, or of a field of a table: more is no list of images.
inline constexpr std::size_t kLongestLine = 1 << 20;

/// Where the text of a file begins, behind a byte order mark. Throws DataError if the file is empty, packed,
/// a web page, ..., or ends its lines with carriage returns alone.
void begin_text(FileBuffer& text);

}  // namespace tagloom::datasets
