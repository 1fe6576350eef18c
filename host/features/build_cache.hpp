#pragma once

/// `tagloom cache build` as a library call: images in, a feature cache out. Made for jobs of hours: an
/// interrupted build continues, and an image that cannot be read costs that image only.

#include "options/table.hpp"
#include "registry/registry.hpp"

#include <tagloom/datasets/images/image.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/featurecache/schema.hpp>

#include <c10/core/Device.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::features {

struct BuildConfig {
  /// A data set, or else ...
  std::filesystem::path data;
  /// (its splits are all one here)
  datasets::ReadOptions reading = {.test_fraction = 0};
  /// ... what images_given (images_given.hpp) takes: folders, archives, lists, images.
  std::vector<std::filesystem::path> images;
  /// With a shard, the name that the whole would have: see `output_of`.
  std::filesystem::path output;
  /// "2/8": of the images only those of the second of eight shards (shard.hpp); all if empty.
  std::string shard;
  /// Add the images that a finished cache does not have yet.
  bool append = false;
  std::string encoder = "tresnet";
  registry::Assignments encoder_options;
  /// Store feature maps as well as pooled features.
  bool map = false;
  /// Mirror every image left to right: another view, for training.
  bool flip = false;
  featurecache::StoredType store = featurecache::StoredType::float16;
  featurecache::Compression compression = featurecache::Compression::bitmap;
  /// Finish the cache without the images that cannot be read or are not there, instead of failing.
  bool skip_unreadable = false;
  /// Take JPEGs that are damaged or cut short as they come out.
  bool accept_damaged = false;
  /// Larger pictures cannot be read.
  std::int64_t max_pixels = datasets::DecodeOptions{}.max_pixels;
  featurecache::PixelRule pixels = featurecache::PixelRule::seen;
  featurecache::DecodeRule decode = featurecache::DecodeRule::full;
  std::int64_t batch = 16;
  std::string device = "auto";
  /// Instead of one: an encoder on each of these (runtime/devices.hpp).
  std::string devices;
};

/// A row an option (build_options.cpp).
const options::Table<BuildConfig>& option_table();

/// Throws UsageError for what no build can use.
void check(const BuildConfig& config);
/// The same of the encoder's options. Throws PluginError if there is no such encoder.
void check(const BuildConfig& config, const registry::Registry& registry);

/// The file that is written: of shard 2/8 of "c.h5", "c.2-of-8.h5".
[[nodiscard]] std::filesystem::path output_of(const BuildConfig& config);

struct BuildListener {
  std::function<void(const std::string&)> warn = [](const std::string&) {};
  /// Before the first batch: how many images an earlier, interrupted build left, and how many there are.
  std::function<void(std::int64_t done, std::int64_t total)> begin = [](std::int64_t, std::int64_t) {};
  std::function<void(std::int64_t images)> step = [](std::int64_t) {};
  /// Before each step: what all stages wait for of late, in words (features/pipeline/stage_times.hpp).
  std::function<void(std::string_view stage)> waits_for = [](std::string_view) {};
  /// Asked between batches, by the threads of all devices at once; true ends the build with what is done
  /// kept. Everything else is called by the calling thread.
  std::function<bool()> stop = [] { return false; };
};

struct BuildResult {
  featurecache::CacheInfo info;
  /// False if `stop` ended it.
  bool finished = false;
  std::filesystem::path output;
  /// Images encoded by this call, and the time it took, encoder loading included.
  std::int64_t encoded = 0;
  double seconds = 0;
  /// What most of the build waited for, and what each stage did of its time; empty if nothing was encoded.
  std::string waited_for;
  std::string stages;
};

/// The devices that `device` or `devices` name. Throws UsageError for one that is not there.
[[nodiscard]] std::vector<c10::Device> devices_of(const BuildConfig& config);

/// What is said of a build that was stopped after so many images.
[[nodiscard]] std::string stopped_sentence(std::int64_t encoded);

/// Throws UsageError (options), PluginError (encoder), NumericError (features beyond float16) and DataError
/// (images that are missing or unreadable, a cache that is there already or was begun with another encoder, a
/// full disk). Whatever was encoded before stays and is not computed again. A signal ends it within a second
/// (runtime/ends_within_a_second.hpp), the process with it if a batch takes longer.
BuildResult build_cache(const BuildConfig& config, const registry::Registry& registry,
                        const BuildListener& listener);

}  // namespace tagloom::features
