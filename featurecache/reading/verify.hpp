#pragma once

/// The work of tagloom/featurecache/verify.hpp, for those who have the file open.

#include "layout/cache_file.hpp"

#include <tagloom/featurecache/verify.hpp>

namespace tagloom::featurecache {

/// The file was opened with OnDamage::note.
[[nodiscard]] Verification verify(const CacheFile& file, const VerifySettings& settings);

}  // namespace tagloom::featurecache
