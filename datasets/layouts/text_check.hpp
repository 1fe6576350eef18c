#pragma once

/// What lists as text and as tables have in common.

#include <tagloom/base/file.hpp>

#include <cstddef>
#include <streambuf>

namespace tagloom::datasets {

/// Bytes of a line of a list, or of a field of a table: more is no list of images.
inline constexpr std::size_t kLongestLine = 1 << 20;

/// Throws DataError if a file is empty, packed, a web page, ...
void require_text(const File& file);

/// The mark of UTF-8, with which some editors and spreadsheets begin a text.
void skip_byte_order_mark(std::streambuf& text);

}  // namespace tagloom::datasets
