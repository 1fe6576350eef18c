#pragma once

/// What an interrupted build has left to do, and whether what it has done still holds.

#include "features/image_files.hpp"

#include <tagloom/featurecache/writer.hpp>

#include <filesystem>
#include <vector>

namespace tagloom::features {

struct Unfinished {
  std::filesystem::path output;
  /// An image that is stored may have gone since.
  bool may_be_missing = false;
};

/// The files that `writer` has no features of. A stored image is read again only where its file was touched
/// since it was stored, so that a build which is interrupted often gets on, however much is done. Throws
/// DataError if an image is another one by now, or one is stored that is not among the files and not in a
/// finished cache either.
[[nodiscard]] std::vector<ImageFile> remaining(std::vector<ImageFile> files,
                                               const featurecache::CacheWriter& writer,
                                               const Unfinished& build);

}  // namespace tagloom::features
