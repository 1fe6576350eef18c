#pragma once

/// What a file is, told from how it begins, for the sentence that refuses one: a download page saved under
/// the name of the file behind it, an archive that was not unpacked.

#include <tagloom/base/export.hpp>
#include <tagloom/base/file.hpp>

#include <string_view>

namespace tagloom {

/// "an HTML page", "a gzip file", "an empty file"; nothing if the beginning is no known one. A few hundred
/// bytes are enough to go by.
[[nodiscard]] TAGLOOM_API std::string_view file_kind(std::string_view beginning);
/// The same of an open file. Throws DataError if it cannot be read.
[[nodiscard]] TAGLOOM_API std::string_view file_kind(const File& file);

}  // namespace tagloom
