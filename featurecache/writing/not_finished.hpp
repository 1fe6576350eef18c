#pragma once

/// That nothing is in the place of a cache: a finished one is never overwritten.

#include <filesystem>

namespace tagloom::featurecache {

/// A link that leads nowhere is something, too.
[[nodiscard]] bool is_there(const std::filesystem::path& path);

/// Returns the path. Throws DataError if something is there.
const std::filesystem::path& not_finished(const std::filesystem::path& path);

}  // namespace tagloom::featurecache
