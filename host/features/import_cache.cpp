#include "features/import_cache.hpp"

#include "features/images_by_name.hpp"
#include "features/imported_arrays.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/imported.hpp>
#include <tagloom/featurecache/write_cache.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace tagloom::features {
namespace {

using featurecache::Array;

std::string shape_text(const Array& array) {
  return fmt::format("[{}]", fmt::join(array.shape(), ", "));
}

/// What was given, opened, and of one shape.
struct Arrays {
  std::unique_ptr<Array> pooled;
  std::unique_ptr<Array> map;
  FeatureShape shape;
  std::int64_t images = 0;
};

void take_map(const ImportConfig& config, Arrays& arrays) {
  const std::vector<std::int64_t>& sizes = arrays.map->shape();
  if (sizes.size() != 4)
    throw DataError(
        fmt::format("the map in {} has the shape {}, and not images, height, width and channels; "
                    "reshape it",
                    shown(config.map), shape_text(*arrays.map)));
  const bool channels_last = config.map_order == MapOrder::nhwc;
  arrays.images = sizes[0];
  arrays.shape = {.channels = channels_last ? sizes[3] : sizes[1],
                  .map_height = channels_last ? sizes[1] : sizes[2],
                  .map_width = channels_last ? sizes[2] : sizes[3]};
}

void take_pooled(const ImportConfig& config, Arrays& arrays) {
  const std::vector<std::int64_t>& sizes = arrays.pooled->shape();
  if (sizes.size() != 2)
    throw DataError(
        fmt::format("the pooled features in {} have the shape {}, and not images and channels; give "
                    "what is a map as --map, or reshape it",
                    shown(config.pooled), shape_text(*arrays.pooled)));
  if (arrays.map && (sizes[0] != arrays.images || sizes[1] != arrays.shape.channels))
    throw DataError(
        fmt::format("pooled features {} and map {} (--map-order {}) do not have as many images and "
                    "channels; give two that belong together",
                    shape_text(*arrays.pooled), shape_text(*arrays.map),
                    config.map_order == MapOrder::nhwc ? "nhwc" : "nchw"));
  arrays.images = sizes[0];
  arrays.shape.channels = sizes[1];
}

Arrays open_arrays(const ImportConfig& config, const ImportedFiles& files) {
  Arrays arrays;
  if (!config.map.empty()) {
    arrays.map = files.open(config.map, config.map_key);
    take_map(config, arrays);
  }
  if (!config.pooled.empty()) {
    arrays.pooled = files.open(config.pooled, config.pooled_key);
    take_pooled(config, arrays);
  }
  constexpr std::int64_t kMost = 1 << 20;
  constexpr std::int64_t kMostNumbers = 1 << 29;
  const FeatureShape& shape = arrays.shape;
  const bool fits = shape.channels >= 1 && shape.channels <= kMost && shape.map_height <= kMost &&
                    shape.map_width <= kMost && shape.pixels() <= kMostNumbers / shape.channels &&
                    (!arrays.map || shape.pixels() > 0);
  if (arrays.images < 1 || !fits)
    throw DataError(
        fmt::format("features of {} images with {} channels in {} x {} pixels make no cache; give "
                    "arrays of at least one image and at most 2^29 numbers an image",
                    arrays.images, shape.channels, shape.map_height, shape.map_width));
  return arrays;
}

Features batch_of(const ImportConfig& config, const Arrays& arrays, std::int64_t first, std::int64_t count) {
  Features features;
  if (arrays.map) {
    const at::Tensor map = arrays.map->rows(first, count);
    features.map = (config.map_order == MapOrder::nhwc ? map : map.permute({0, 2, 3, 1}))
                       .reshape({count, arrays.shape.pixels(), arrays.shape.channels});
  }
  if (arrays.pooled)
    features.pooled = arrays.pooled->rows(first, count);
  else
    features.pooled = features.map.to(at::kFloat).mean(1);
  return features;
}

/// Puts the hash of each image's file to its name.
void add_hashes(const ImportConfig& config, std::vector<featurecache::ImageKey>& images) {
  if (config.data.empty() && config.images.empty()) return;
  const auto by_name = images_by_name(config.data, config.reading, config.images);
  for (featurecache::ImageKey& image : images) {
    throw_if_stop_requested();
    const auto found = by_name.find(stored_name(image.name));
    if (found == by_name.end())
      throw DataError(
          fmt::format("there are features of image {}, which is not among the images given; give all "
                      "of them, or neither --data nor --images",
                      shown(image.name)));
    image.hash = Hasher().update(bytes_of(found->second)).hex();
  }
}

std::vector<featurecache::ImageKey> images_of(const ImportConfig& config, const ImportedFiles& files,
                                              std::int64_t count) {
  const std::filesystem::path& names_file =
      config.names.empty() ? (config.pooled.empty() ? config.map : config.pooled) : config.names;
  std::vector<std::string> names = files.names(names_file, config.names_key);
  if (static_cast<std::int64_t>(names.size()) != count)
    throw DataError(fmt::format("{} names {} images, and there are features of {}; give a name for each row",
                                shown(names_file), names.size(), count));
  std::vector<featurecache::ImageKey> images;
  for (std::string& name : names)
    images.push_back({.name = std::move(name), .hash = {}});
  add_hashes(config, images);
  return images;
}

featurecache::CacheInfo info_of(const ImportConfig& config, const Arrays& arrays) {
  return {.version = TAGLOOM_VERSION,
          .encoder = std::string(featurecache::kImported) + config.encoder,
          .encoder_options = {{"weights", config.weights}, {"preprocessing", config.preprocessing}},
          // Equal words, equal weights: nothing else is known of them.
          .weights = {.source = config.weights.empty() ? "not said" : config.weights,
                      .fingerprint = Hasher().update(std::string_view(config.weights)).hex(),
                      .random = false},
          .flipped = config.flipped,
          .feature_shape = arrays.shape,
          .has = {.pooled = true, .map = arrays.map != nullptr},
          .store = config.store,
          .compression = config.compression};
}

}  // namespace

featurecache::CacheInfo import_cache(const ImportConfig& config) {
  check(config);
  const ImportedFiles files;
  const Arrays arrays = open_arrays(config, files);
  const std::vector<featurecache::ImageKey> images = images_of(config, files, arrays.images);
  // A signal leaves nothing half-written; until now it ends the process, wherever that reads.
  const EndsInGoodOrder in_good_order;
  return featurecache::write_cache(
      config.output, info_of(config, arrays), images,
      [&](std::int64_t first, std::int64_t count) { return batch_of(config, arrays, first, count); });
}

}  // namespace tagloom::features
