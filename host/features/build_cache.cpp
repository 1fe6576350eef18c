#include "features/build_cache.hpp"

#include "features/checked_encoder.hpp"
#include "features/decoding.hpp"
#include "features/image_files.hpp"
#include "features/image_loader.hpp"
#include "features/images_given.hpp"
#include "features/pipeline/encoding.hpp"
#include "features/pipeline/stage_times.hpp"
#include "features/pipeline/storing.hpp"
#include "features/remarks.hpp"
#include "features/shard.hpp"
#include "features/unfinished.hpp"
#include "registry/check_options.hpp"
#include "runtime/device.hpp"
#include "runtime/devices.hpp"
#include "runtime/ends_within_a_second.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/merge.hpp>
#include <tagloom/featurecache/packed_rows.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <iostream>
#include <optional>
#include <utility>
#include <vector>

namespace tagloom::features {
namespace {

std::vector<ImageFile> files_of(const BuildConfig& config, const BuildListener& listener) {
  if (config.data.empty()) {
    ImagesGiven images = images_given(config.images, std::cin);
    for (const std::string& sentence : images.left_out)
      listener.warn(sentence);
    return std::move(images.files);
  }
  ImagesOfDataSet images = images_of_data_set(config.data, config.reading, config.skip_unreadable);
  for (const std::string& note : images.notes)
    listener.warn(note);
  if (images.other_spellings > 0)
    listener.warn(
        fmt::format("the names of {} spelt with other Unicode characters than in the label "
                    "files (é as one character or as two); they were found all the same.",
                    counted(images.other_spellings, "image file is", "image files are")));
  return std::move(images.files);
}

/// One a device, all with the same weights; two on a GPU that is alone, so that it takes one batch while it
/// encodes another.
std::vector<CheckedEncoder> encoders_of(const BuildConfig& config, const registry::Registry& registry,
                                        const BuildListener& listener) {
  std::vector<CheckedEncoder> encoders;
  for (const c10::Device device : devices_of(config)) {
    encoders.emplace_back(registry, config.encoder, config.encoder_options, device);
    if (encoders.back().weights().fingerprint != encoders.front().weights().fingerprint)
      throw PluginError(
          fmt::format("encoder {} has other weights each time that it is made, so that it cannot compute on "
                      "several devices; give one --device.",
                      shown(config.encoder)));
  }
  encoders.front().refuse_unasked_random_weights();
  encoders.front().warn_of_weights(listener.warn);
  if (encoders.size() == 1 && encoders.front().device().is_cuda()) {
    CheckedEncoder second(registry, config.encoder, config.encoder_options, encoders.front().device());
    if (second.weights().fingerprint == encoders.front().weights().fingerprint)
      encoders.push_back(std::move(second));
  }
  return encoders;
}

/// What this build makes, of all that there is.
struct Share {
  std::optional<featurecache::ShardOf> shard;
  std::vector<ImageFile> files;
};

Share share_of(const BuildConfig& config, const BuildListener& listener) {
  const Shard shard = shard_from(config.shard);
  std::vector<ImageFile> all = files_of(config, listener);
  const auto recorded_shard = recorded(shard, all);
  return {.shard = recorded_shard, .files = images_of(shard, std::move(all))};
}

featurecache::CacheInfo info_of(const BuildConfig& config, const CheckedEncoder& encoder,
                                const std::optional<featurecache::ShardOf>& shard) {
  return {.version = TAGLOOM_VERSION,
          .encoder = config.encoder,
          .encoder_options = encoder.options(),
          .weights = encoder.weights(),
          .preprocessing = encoder.preprocessing(),
          .pixels = config.pixels,
          .decode = config.decode,
          .flipped = config.flip,
          .feature_shape = encoder.feature_shape(),
          .has = {.pooled = true, .map = config.map},
          .store = config.store,
          .compression = config.compression,
          .shard = shard};
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::string stopped_sentence(std::int64_t encoded) {
  return fmt::format("stopped after {}; what is done is kept: run the same command again to go on.",
                     counted(encoded, "image"));
}

std::filesystem::path output_of(const BuildConfig& config) {
  const Shard shard = shard_from(config.shard);
  if (shard.count == 1) return config.output;
  return featurecache::shard_path(config.output, {.index = shard.index, .count = shard.count});
}

void check(const BuildConfig& config, const registry::Registry& registry) {
  check(config);
  registry::check_options(registry, "encoder", config.encoder, config.encoder_options);
}

std::vector<c10::Device> devices_of(const BuildConfig& config) {
  if (config.devices.empty()) return {runtime::device_named(config.device)};
  return runtime::devices_named(config.devices);
}

namespace {

/// A cache that is being built: what its stages share.
class Build {
 public:
  Build(const BuildConfig& config, const registry::Registry& registry, const BuildListener& listener)
      : config_(config),
        listener_(listener),
        output_(output_of(config)),
        share_(share_of(config, listener)),
        total_(static_cast<std::int64_t>(share_.files.size())),
        encoders_(encoders_of(config, registry, listener)),
        info_(info_of(config, encoders_.front(), share_.shard)),
        // So that one line makes what is left of all shards, whichever are done.
        writer_(output_, info_, {.append = config.append || share_.shard.has_value()}),
        result_{.output = output_} {}

  BuildResult run();

 private:
  void encode_all(std::vector<ImageFile> files);
  [[nodiscard]] std::vector<ImageFile> remaining_files();
  void report(std::int64_t done);

  const BuildConfig& config_;
  const BuildListener& listener_;
  const std::filesystem::path output_;
  Share share_;
  const std::int64_t total_;
  const std::vector<CheckedEncoder> encoders_;
  const featurecache::CacheInfo info_;
  featurecache::CacheWriter writer_;
  StageTimes times_;
  Remarks remarks_;
  BuildResult result_;
  std::int64_t reported_ = 0;
  /// From when images are encoded until the cache is assembled.
  std::optional<runtime::EndsWithinASecond> in_good_order_;
};

std::vector<ImageFile> Build::remaining_files() {
  return remaining(std::move(share_.files), writer_,
                   {.output = output_, .may_be_missing = config_.skip_unreadable});
}

void Build::report(std::int64_t done) {
  if (done == reported_) return;
  listener_.waits_for(times_.recent_bottleneck());
  listener_.step(done - reported_);
  reported_ = done;
}

/// The stages: images are loaded, encoded, packed and written, each by threads of its own.
void Build::encode_all(std::vector<ImageFile> files) {
  const Preprocessing& preprocessing = encoders_.front().preprocessing();
  ImageLoader loader(
      std::move(files), preprocessing,
      {.batch = static_cast<std::size_t>(config_.batch),
       .threads = ImageLoader::usual_threads(),
       .flip = config_.flip,
       .takers = encoders_.size(),
       .for_gpu = encoders_.front().device().is_cuda(),
       .times = &times_,
       .decode = decoding(config_.pixels, config_.decode, preprocessing,
                          {.max_pixels = config_.max_pixels, .accept_damaged = config_.accept_damaged}),
       .stop = listener_.stop});
  const auto append = [&](featurecache::PackedRows rows) {
    const auto lock = in_good_order_->changing();
    const auto images = static_cast<std::int64_t>(rows.size());
    writer_.append(std::move(rows));
    result_.encoded += images;
  };
  Storing storing({.info = info_, .givers = encoders_.size(), .times = &times_},
                  {.append = append, .remark = [&](ImageBatch& batch) { remarks_.take(batch); }});
  const auto meanwhile = [&] { report(storing.done()); };
  features::encode_all(loader, encoders_, storing,
                       {.needs = info_.has,
                        .store = info_.store,
                        .batch = config_.batch,
                        .times = &times_,
                        .stop = listener_.stop,
                        .meanwhile = meanwhile});
  storing.finish(meanwhile);
  meanwhile();
}

BuildResult Build::run() {
  for (const std::string& note : writer_.notes())
    listener_.warn(note);
  // Before the stages, whose threads may be in the middle of an image when they are to end.
  in_good_order_.emplace([&] {
    writer_.flush();
    return stopped_sentence(result_.encoded);
  });
  std::vector<ImageFile> files = remaining_files();
  listener_.begin(total_ - static_cast<std::int64_t>(files.size()), total_);
  encode_all(std::move(files));
  const bool unreadable = remarks_.has_failures() && !config_.skip_unreadable;
  if (listener_.stop() || unreadable) {
    const auto lock = in_good_order_->changing();
    writer_.flush();
    if (unreadable && !listener_.stop()) throw DataError(remarks_.unreadable_sentence(output_));
    return std::move(result_);
  }
  in_good_order_.reset();
  result_.info = writer_.finish(remarks_.left_out());
  remarks_.say_left_out(listener_.warn);
  remarks_.say_otherwise_read(listener_.warn);
  result_.finished = true;
  if (result_.encoded > 0) {
    result_.waited_for = bottleneck(times_.total());
    result_.stages = shares_text(times_.total());
  }
  return std::move(result_);
}

}  // namespace

BuildResult build_cache(const BuildConfig& config, const registry::Registry& registry,
                        const BuildListener& listener) {
  const auto start = std::chrono::steady_clock::now();
  check(config, registry);
  (void)devices_of(config);  // before anything is looked for
  BuildResult result = Build(config, registry, listener).run();
  result.seconds = seconds_since(start);
  return result;
}

}  // namespace tagloom::features
