#pragma once

/// Which features a cache holds, as a checkpoint records it and later checks it.

#include "training/checkpoint.hpp"

#include <tagloom/featurecache/schema.hpp>

namespace tagloom::training {

FeatureSource feature_source(const featurecache::CacheInfo& info);

/// Throws DataError, saying what differs, if the checkpoint was trained on other features than the cache holds.
void check_same_features(const Checkpoint& checkpoint, const std::filesystem::path& checkpoint_path,
                         const featurecache::CacheInfo& info, const std::filesystem::path& cache_path);

/// Throws DataError if the decoder reads features that the cache does not hold.
void check_cache_has(FeatureNeeds needs, const featurecache::CacheInfo& info,
                     const std::filesystem::path& cache_path);

}  // namespace tagloom::training
