#pragma once

#include "sources/open_archive.hpp"

#include <filesystem>

namespace tagloom::sources {

/// The images of a zip archive, by its directory, which is at its end. Throws DataError if it has none that
/// is whole.
[[nodiscard]] ArchiveImages open_zip(const std::filesystem::path& path);

}  // namespace tagloom::sources
