#include "checkpoint/feature_source.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::checkpoint {

FeatureSource feature_source(const featurecache::CacheInfo& info) {
  return {.encoder = info.encoder,
          .weights_fingerprint = info.weights.fingerprint,
          .preprocessing = featurecache::preprocessing_text(info),
          .shape = info.feature_shape};
}

void check_same_features(const Checkpoint& checkpoint, const std::filesystem::path& checkpoint_path,
                         const featurecache::CacheReader& cache) {
  const FeatureSource& trained = checkpoint.features;
  const FeatureSource given = feature_source(cache.info());
  std::string difference;
  if (trained.encoder != given.encoder)
    difference = fmt::format("encoder {} there, {} here", shown(trained.encoder), shown(given.encoder));
  else if (trained.weights_fingerprint != given.weights_fingerprint)
    difference = fmt::format("{} with other weights", shown(trained.encoder));
  else if (trained.preprocessing + std::string(featurecache::kAsSeen) == given.preprocessing)
    difference =
        "pixels as they are stored there, as they are seen here (`tagloom cache build --pixels stored`)";
  else if (trained.preprocessing != given.preprocessing)
    difference = fmt::format("preprocessing \"{}\" there, \"{}\" here", shown(trained.preprocessing),
                             shown(given.preprocessing));
  else if (trained.shape != given.shape)
    difference = fmt::format("{} x {} x {} there, {} x {} x {} here", trained.shape.map_height,
                             trained.shape.map_width, trained.shape.channels, given.shape.map_height,
                             given.shape.map_width, given.shape.channels);
  else if (cache.info().flipped)
    difference = "images as they are there, mirrored ones here";
  if (!difference.empty())
    throw DataError(
        fmt::format("{} was trained on other features than {} holds: {}; give the cache it was trained on.",
                    shown(checkpoint_path), shown(cache.path()), difference));
}

void check_cache_has(FeatureNeeds needs, const featurecache::CacheReader& cache) {
  if (needs.map && !cache.info().has.map)
    throw DataError(
        fmt::format("The model reads feature maps, but {} holds pooled features only; build the cache "
                    "again with --map.",
                    shown(cache.path())));
}

}  // namespace tagloom::checkpoint
