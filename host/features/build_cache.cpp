#include "features/build_cache.hpp"

#include "features/checked_encoder.hpp"
#include "features/image_files.hpp"
#include "features/image_loader.hpp"
#include "features/images_given.hpp"
#include "features/remarks.hpp"
#include "features/slice_size.hpp"
#include "features/unfinished.hpp"
#include "registry/check_options.hpp"
#include "runtime/device.hpp"
#include "runtime/ends_within_a_second.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <iostream>
#include <optional>
#include <span>

namespace tagloom::features {
namespace {

std::vector<ImageFile> files_of(const BuildConfig& config, const BuildListener& listener) {
  if (config.data.empty()) {
    ImagesGiven images = images_given(config.images, std::cin);
    for (const std::string& sentence : images.left_out)
      listener.warn(sentence);
    return std::move(images.files);
  }
  ImagesOfDataSet images = images_of_data_set(config.data, config.skip_unreadable);
  if (images.other_spellings > 0)
    listener.warn(
        fmt::format("the names of {} image files are spelt with other Unicode characters than in the label "
                    "files (é as one character or as two); they were found all the same.",
                    images.other_spellings));
  return std::move(images.files);
}

ImageLoader::Settings loader_settings(const BuildConfig& config, const BuildListener& listener) {
  return {.batch = static_cast<std::size_t>(config.batch),
          .threads = ImageLoader::usual_threads(),
          .flip = config.flip,
          .decode = {.max_pixels = config.max_pixels,
                     .accept_damaged = config.accept_damaged,
                     .as_stored = config.pixels == featurecache::PixelRule::stored},
          .stop = listener.stop};
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::string stopped_sentence(std::int64_t encoded) {
  return fmt::format("stopped after {} images; they are kept: run the same command again to go on.", encoded);
}

void check(const BuildConfig& config, const registry::Registry& registry) {
  check(config);
  registry::check_options(registry, "encoder", config.encoder, config.encoder_options);
}

BuildResult build_cache(const BuildConfig& config, const registry::Registry& registry,
                        const BuildListener& listener) {
  const auto start = std::chrono::steady_clock::now();
  check(config, registry);
  const at::Device device = runtime::device_named(config.device);
  std::vector<ImageFile> files = files_of(config, listener);
  const auto total = static_cast<std::int64_t>(files.size());
  const CheckedEncoder encoder(registry, config.encoder, config.encoder_options, device);
  encoder.refuse_unasked_random_weights();
  encoder.warn_of_weights(listener.warn);
  const FeatureNeeds needs{.pooled = true, .map = config.map};
  featurecache::CacheWriter writer(config.output, {.version = TAGLOOM_VERSION,
                                                   .encoder = config.encoder,
                                                   .encoder_options = encoder.options(),
                                                   .weights = encoder.weights(),
                                                   .preprocessing = encoder.preprocessing(),
                                                   .pixels = config.pixels,
                                                   .flipped = config.flip,
                                                   .feature_shape = encoder.feature_shape(),
                                                   .has = needs,
                                                   .compression = config.compression});
  for (const std::string& note : writer.notes())
    listener.warn(note);
  listener.begin(writer.images(), total);

  BuildResult result;
  // Before the loader, whose threads may be in the middle of an image when they are to end.
  std::optional<runtime::EndsWithinASecond> in_good_order(std::in_place, [&] {
    writer.flush();
    return stopped_sentence(result.encoded);
  });
  ImageLoader loader(remaining(std::move(files), writer,
                               {.output = config.output, .may_be_missing = config.skip_unreadable}),
                     encoder.preprocessing(), loader_settings(config, listener));
  Remarks remarks;
  SliceSize slices(config.batch);
  while (!listener.stop()) {
    auto batch = loader.next();
    if (!batch) break;
    const std::span<const featurecache::ImageKey> keys = batch->keys;
    const auto append = [&](std::int64_t first, std::int64_t images) {
      const Features features = encoder.encode(batch->images.narrow(0, first, images), needs);
      const auto lock = in_good_order->changing();
      writer.append(keys.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(images)),
                    features);
      result.encoded += images;
    };
    in_slices(static_cast<std::int64_t>(keys.size()), slices, append, listener.stop);
    listener.step(static_cast<std::int64_t>(batch->keys.size() + batch->failures.size()));
    remarks.take(*batch);
  }
  const bool unreadable = remarks.has_failures() && !config.skip_unreadable;
  if (listener.stop() || unreadable) {
    const auto lock = in_good_order->changing();
    writer.flush();
    if (unreadable && !listener.stop()) throw DataError(remarks.unreadable_sentence(config.output));
    return result;
  }
  in_good_order.reset();
  result.info = writer.finish(remarks.left_out());
  remarks.say_left_out(listener.warn);
  remarks.say_otherwise_read(listener.warn);
  result.finished = true;
  result.seconds = seconds_since(start);
  return result;
}

}  // namespace tagloom::features
