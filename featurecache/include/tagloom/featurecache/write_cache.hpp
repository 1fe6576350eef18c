#pragma once

/// Writes a whole feature cache at once from features that lie somewhere already. What must be computed, and
/// should outlive an interruption, goes through a CacheWriter (writer.hpp).

#include <tagloom/featurecache/writer.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

namespace tagloom::featurecache {

/// The features of `count` images from `first` on, as a writer takes them. Asked for every image twice.
using FeatureBatches = std::function<Features(std::int64_t first, std::int64_t count)>;

/// Writes the cache at `path`; `info` says all but counts and fingerprints. An image without a hash gets that
/// of its features. Throws DataError if a file is there already, an image has a name that no file can have or
/// that another has, too, a value is NaN, infinite or beyond float16 (naming row and image), or the disk is
/// full; Interrupted when told to stop. Then nothing is written.
CacheInfo write_cache(const std::filesystem::path& path, CacheInfo info, std::span<const ImageKey> images,
                      const FeatureBatches& features);

}  // namespace tagloom::featurecache
