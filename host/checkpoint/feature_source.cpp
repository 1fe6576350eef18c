#include "checkpoint/feature_source.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <string_view>

namespace tagloom::checkpoint {

FeatureSource feature_source(const featurecache::CacheInfo& info) {
  return {.encoder = info.encoder,
          .weights_fingerprint = info.weights.fingerprint,
          .preprocessing = featurecache::preprocessing_text(info),
          .shape = info.feature_shape,
          .recipe = EncoderRecipe{.options = info.encoder_options,
                                  .weights_source = info.weights.source,
                                  .random = info.weights.random}};
}

featurecache::PixelRule pixel_rule(const FeatureSource& source) {
  return source.preprocessing.ends_with(featurecache::kAsSeen) ? featurecache::PixelRule::seen
                                                               : featurecache::PixelRule::stored;
}

featurecache::DecodeRule decode_rule(const FeatureSource& source) {
  return source.preprocessing.find(featurecache::kScaledJpegs) != std::string::npos
             ? featurecache::DecodeRule::scaled
             : featurecache::DecodeRule::full;
}

namespace {

std::string_view in_words(featurecache::DecodeRule rule) {
  return rule == featurecache::DecodeRule::scaled ? "at a reduced scale" : "in full";
}

/// A preprocessing's text as it is whatever the rule.
std::string without_decode_rule(std::string text) {
  if (const auto found = text.find(featurecache::kScaledJpegs); found != std::string::npos)
    text.erase(found, featurecache::kScaledJpegs.size());
  return text;
}

}  // namespace

std::string difference(const FeatureSource& trained, const FeatureSource& given) {
  if (trained.encoder != given.encoder)
    return fmt::format("encoder {} there, {} here", shown(trained.encoder), shown(given.encoder));
  if (trained.weights_fingerprint != given.weights_fingerprint)
    return fmt::format("{} with other weights", shown(trained.encoder));
  if (trained.preprocessing + std::string(featurecache::kAsSeen) == given.preprocessing)
    return "pixels as they are stored there, as they are seen here (`tagloom cache build --pixels stored`)";
  if (trained.preprocessing != given.preprocessing &&
      without_decode_rule(trained.preprocessing) == without_decode_rule(given.preprocessing))
    return fmt::format("JPEGs decoded {} there, {} here (`tagloom cache build --decode {}`)",
                       in_words(decode_rule(trained)), in_words(decode_rule(given)),
                       featurecache::to_text(decode_rule(trained)));
  if (trained.preprocessing != given.preprocessing)
    return fmt::format("preprocessing \"{}\" there, \"{}\" here", shown(trained.preprocessing),
                       shown(given.preprocessing));
  if (trained.shape != given.shape)
    return fmt::format("{} x {} x {} there, {} x {} x {} here", trained.shape.map_height,
                       trained.shape.map_width, trained.shape.channels, given.shape.map_height,
                       given.shape.map_width, given.shape.channels);
  return {};
}

void check_same_features(const Checkpoint& checkpoint, const std::filesystem::path& checkpoint_path,
                         const featurecache::CacheReader& cache) {
  std::string difference = checkpoint::difference(checkpoint.features, feature_source(cache.info()));
  if (difference.empty() && cache.info().flipped) difference = "images as they are there, mirrored ones here";
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
