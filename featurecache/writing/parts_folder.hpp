#pragma once

/// The folder beside a cache, `FILE.parts`, and the right to be the only process that writes the cache.

#include <tagloom/base/file_lock.hpp>

#include <filesystem>

namespace tagloom::featurecache {

[[nodiscard]] std::filesystem::path parts_folder(std::filesystem::path cache);

/// Makes the folder if need be, and takes the lock in it. Throws DataError if another process has it, or the
/// folder cannot be made.
[[nodiscard]] FileLock lock_folder(const std::filesystem::path& folder);

}  // namespace tagloom::featurecache
