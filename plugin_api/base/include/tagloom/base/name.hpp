#pragma once

/// Names that come from outside: of files, labels, encoders, plugins. On Linux a file's name is any bytes,
/// and any text may hold what a terminal obeys.

#include <tagloom/base/export.hpp>

#include <concepts>
#include <filesystem>
#include <string>
#include <string_view>

namespace tagloom {

[[nodiscard]] TAGLOOM_API bool is_utf8(std::string_view bytes);

/// The one way to show a name, on a terminal and in a log: control characters (newlines, escape sequences,
/// the C1 set), marks of direction, invisible characters and bytes that are no UTF-8 as \n, \t, \r or \xNN,
/// all else as it is.
[[nodiscard]] TAGLOOM_API std::string shown(std::string_view name);
/// Only for what is a path already: a string is also what a path can be made of.
template <std::same_as<std::filesystem::path> Path>
[[nodiscard]] std::string shown(const Path& path) {
  return shown(std::string_view(path.native()));
}

/// Text of several lines as a terminal may have it: each line as `shown`.
[[nodiscard]] TAGLOOM_API std::string shown_lines(std::string_view text);

/// The one way to store a name where others read UTF-8 (HDF5, JSON): a name that is UTF-8 as it is, in any
/// other the bytes that are none as \xNN.
[[nodiscard]] TAGLOOM_API std::string stored_name(std::string_view name);

}  // namespace tagloom
