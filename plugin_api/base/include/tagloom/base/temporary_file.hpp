#pragma once

/// Room on a disk for what would not fit into memory, and nobody else sees.

#include <tagloom/base/export.hpp>
#include <tagloom/base/file.hpp>

namespace tagloom {

/// An empty file in the folder for such (TMPDIR, or else /tmp), to be written and read, whose name is gone
/// already: however the process ends, the disk gets its room back. Throws DataError if it cannot be made.
[[nodiscard]] TAGLOOM_API File temporary_file();

}  // namespace tagloom
