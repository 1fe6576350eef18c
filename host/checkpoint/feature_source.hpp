#pragma once

/// Which features a cache holds, as a checkpoint records it and later checks it.

#include "checkpoint/checkpoint.hpp"

#include <tagloom/featurecache/reader.hpp>

#include <string>

namespace tagloom::checkpoint {

FeatureSource feature_source(const featurecache::CacheInfo& info);

/// Which pixels the encoder saw, as the preprocessing's text says it.
featurecache::PixelRule pixel_rule(const FeatureSource& source);

/// At which scale its JPEGs were decoded, likewise.
featurecache::DecodeRule decode_rule(const FeatureSource& source);

/// What makes the features of one other ones than those of the other, in a few words; empty if nothing does.
std::string difference(const FeatureSource& trained, const FeatureSource& given);

/// Throws DataError, saying what differs, if the checkpoint was trained on other features than the cache
/// holds.
void check_same_features(const Checkpoint& checkpoint, const std::filesystem::path& checkpoint_path,
                         const featurecache::CacheReader& cache);

/// Throws DataError if the model reads features that the cache does not hold.
void check_cache_has(FeatureNeeds needs, const featurecache::CacheReader& cache);

}  // namespace tagloom::checkpoint
