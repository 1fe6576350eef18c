#pragma once

/// Tar archives, through libarchive, or not at all where a build has none: then whatever is opened throws
/// DataError. Otherwise as ArchiveOpener (open_archive.hpp) promises.

#include "sources/open_archive.hpp"

#include <filesystem>
#include <istream>
#include <memory>
#include <span>

namespace tagloom::sources {

[[nodiscard]] bool has_libarchive();

[[nodiscard]] std::shared_ptr<UnpackedTars> no_unpacked_tars();

[[nodiscard]] ArchiveImages open_tar(const std::filesystem::path& path,
                                     const std::shared_ptr<UnpackedTars>& unpacked);
[[nodiscard]] ArchiveImages open_tar_stream(std::span<const std::byte> beginning, std::istream& rest);

}  // namespace tagloom::sources
