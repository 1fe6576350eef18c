#pragma once

/// `tagloom cache import` as a library call: features that another program made, as a cache that trains and
/// evaluates. No encoder of ours makes them, so that new pictures cannot be annotated by what learns from it.

#include <tagloom/datasets/read.hpp>
#include <tagloom/featurecache/schema.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::features {

/// How the dimensions of a map follow each other; nobody can see it in the numbers.
enum class MapOrder { unsaid, nhwc, nchw };

struct ImportConfig {
  /// An array `[images, channels]` in .npy, HDF5 or safetensors. Without it, a map's mean over its pixels.
  std::filesystem::path pooled;
  /// An array of four dimensions.
  std::filesystem::path map;
  MapOrder map_order = MapOrder::unsaid;
  /// A text with a name a line; or HDF5 or safetensors, which may be that of the features. Empty: that.
  std::filesystem::path names;
  /// What these are called where a file has several. In safetensors, names are a JSON list in the metadata.
  std::string pooled_key = "pooled";
  std::string map_key = "map";
  std::string names_key = "names";
  /// The images themselves (a data set, or what images_given takes), for the hashes of their contents; or
  /// neither: then the hashes of their features stand for them.
  std::filesystem::path data;
  datasets::ReadOptions reading = {.test_fraction = 0};
  std::vector<std::filesystem::path> images;
  /// Whatever tells these features from others, in the user's words.
  std::string encoder;
  std::string weights;
  std::string preprocessing;
  /// The images were mirrored left to right.
  bool flipped = false;
  featurecache::StoredType store = featurecache::StoredType::float16;
  featurecache::Compression compression = featurecache::Compression::bitmap;
  std::filesystem::path output;
};

/// Throws UsageError for what says too little, or contradicts itself.
void check(const ImportConfig& config);

/// Throws DataError, naming file, row and image, for arrays that do not fit each other or hold what is no
/// number, and as `featurecache::write_cache` does.
featurecache::CacheInfo import_cache(const ImportConfig& config);

}  // namespace tagloom::features
