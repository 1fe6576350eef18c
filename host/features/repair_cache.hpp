#pragma once

/// `tagloom cache repair` as a library call: the damaged rows of a finished cache computed anew from their
/// images, and all others left as they are.

#include "features/checked_encoder.hpp"

#include <tagloom/datasets/images/image.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/featurecache/schema.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tagloom::features {

struct RepairConfig {
  std::filesystem::path cache;
  /// The data set whose images the cache was built from, or else ...
  std::filesystem::path data;
  datasets::ReadOptions reading = {.test_fraction = 0};
  /// ... what images_given (images_given.hpp) takes.
  std::vector<std::filesystem::path> images;
  /// As when the cache was built.
  bool accept_damaged = false;
  std::int64_t max_pixels = datasets::DecodeOptions{}.max_pixels;
  std::int64_t batch = 16;
  std::string device = "auto";
};

/// Throws UsageError for what no repair can use.
void check(const RepairConfig& config);

/// The encoder that made a cache. Asked once, and only if a row is damaged.
using EncoderOfCache = std::function<CheckedEncoder(const featurecache::CacheInfo& info)>;

struct RepairListener {
  /// Before the first damaged row is computed: how many there are.
  std::function<void(std::int64_t rows)> begin = [](std::int64_t) {};
  std::function<void(std::int64_t rows)> step = [](std::int64_t) {};
  std::function<bool()> stop = [] { return false; };
};

struct RepairResult {
  std::int64_t images = 0;
  /// 0 where nothing was damaged; then the file was not touched.
  std::int64_t repaired = 0;
  /// Rows that came out with other bits than were written.
  std::int64_t other_than_written = 0;
};

/// Throws what CacheRepair throws; DataError, too, naming the images, if one of a damaged row is missing,
/// cannot be read or is another one than when the cache was built. The file is replaced in the end, whole,
/// and untouched until then. Throws Interrupted when told to stop.
RepairResult repair_cache(const RepairConfig& config, const EncoderOfCache& encoder,
                          const RepairListener& listener);

}  // namespace tagloom::features
