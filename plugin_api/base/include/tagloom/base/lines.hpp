#pragma once

/// Texts of lines that a person, an editor or another program wrote.

#include <tagloom/base/export.hpp>

#include <string_view>
#include <vector>

namespace tagloom {

/// The mark of UTF-8, with which some editors and spreadsheets begin a text.
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// The text without that mark, if it begins with it.
[[nodiscard]] TAGLOOM_API std::string_view without_byte_order_mark(std::string_view text);

/// Whether lines end with carriage returns alone, as on old Macs; `beginning` is some kilobytes of a text, or
/// all of it.
[[nodiscard]] TAGLOOM_API bool ends_lines_by_returns(std::string_view beginning);

/// Each without its end, a newline or a carriage return and one, and the first without a byte order mark;
/// also those that are empty, but for one behind the last newline. They are views of `text`. `name`, of a
/// file for one, is for the DataError of a text whose lines end with carriage returns alone.
[[nodiscard]] TAGLOOM_API std::vector<std::string_view> lines_of(std::string_view text,
                                                                 std::string_view name);

/// Throws that DataError for such a text.
TAGLOOM_API void refuse_returns_as_line_ends(std::string_view beginning, std::string_view name);

}  // namespace tagloom
