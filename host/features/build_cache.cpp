#include "features/build_cache.hpp"

#include "features/image_files.hpp"
#include "features/image_loader.hpp"
#include "features/slice_size.hpp"
#include "plugins/guarded.hpp"
#include "runtime/device.hpp"
#include "runtime/ends_within_a_second.hpp"
#include "runtime/processors.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/encoder.hpp>
#include <tagloom/error.hpp>
#include <tagloom/featurecache/writer.hpp>
#include <tagloom/hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <span>

namespace tagloom::features {
namespace {

std::vector<ImageFile> files_of(const BuildConfig& config) {
  if (config.data.empty() == config.images.empty())
    throw UsageError("Give either --data (a data set folder) or --images (a folder of images).");
  return config.data.empty() ? images_below(config.images) : images_of_data_set(config.data);
}

/// What an interrupted build has not done yet. Throws DataError if an image it has done is another one by
/// now.
std::vector<ImageFile> remaining(std::vector<ImageFile> files, const featurecache::CacheWriter& writer,
                                 const std::filesystem::path& output) {
  const auto total = static_cast<std::int64_t>(files.size());
  std::erase_if(files, [&](const ImageFile& file) {
    const auto stored = writer.stored_hash(file.name);
    if (stored && *stored != Hasher().update(read_file(file.path)).hex())
      throw DataError(
          fmt::format("{} has changed since this cache was begun; delete {}.parts and start afresh.",
                      file.path.string(), output.string()));
    return stored.has_value();
  });
  if (total - static_cast<std::int64_t>(files.size()) != writer.images())
    throw DataError(
        fmt::format("The unfinished cache in {}.parts holds images that are not among those given; delete "
                    "it and start afresh, or give the images it was begun with.",
                    output.string()));
  return files;
}

std::string unreadable_sentence(const std::vector<std::string>& failures,
                                const std::filesystem::path& output) {
  constexpr std::size_t kShown = 5;
  std::string sentence =
      fmt::format("{} image{} cannot be read:", failures.size(), failures.size() == 1 ? "" : "s");
  for (std::size_t i = 0; i < std::min(kShown, failures.size()); ++i)
    sentence += "\n  " + failures[i];
  if (failures.size() > kShown) sentence += fmt::format("\n  and {} more", failures.size() - kShown);
  return sentence + fmt::format(
                        "\nEverything else is kept in {}.parts: mend these files and run the same command "
                        "again, or add --skip-unreadable to finish without them.",
                        output.string());
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Calls `append(first, images)` until all `count` images are appended, or `stop` says so.
template <typename Append>
void append_in_slices(std::int64_t count, SliceSize& slices, const Append& append,
                      const std::function<bool()>& stop) {
  std::int64_t done = 0;
  while (done < count && !stop()) {
    const auto start = std::chrono::steady_clock::now();
    const std::int64_t images = slices.of(count - done);
    append(done, images);
    slices.took(images, seconds_since(start));
    done += images;
  }
}

}  // namespace

std::string stopped_sentence(std::int64_t encoded) {
  return fmt::format("stopped after {} images; they are kept: run the same command again to go on.", encoded);
}

BuildResult build_cache(const BuildConfig& config, const plugins::Registry& registry,
                        const BuildListener& listener) {
  const auto start = std::chrono::steady_clock::now();
  if (config.batch < 1)
    throw UsageError(fmt::format("--batch {} is too small; give at least 1.", config.batch));
  const at::Device device = runtime::device_named(config.device);
  std::vector<ImageFile> files = files_of(config);
  const auto total = static_cast<std::int64_t>(files.size());

  const auto [encoder, options] = registry.encoder(config.encoder, config.encoder_options);
  if (encoder->weights().random)
    listener.warn(
        fmt::format("encoder {} runs with RANDOM weights: features are fit for a demonstration, not for "
                    "results. Give --set encoder.weights=FILE.",
                    config.encoder));
  plugins::guarded("the encoder " + config.encoder, [&] { encoder->to(device); });
  if (!encoder->preprocessing().possible())
    throw PluginError(fmt::format(
        "Encoder {} asks for images that cannot be: {} pixels cut from {}. `tagloom plugins check {}` says "
        "more.",
        config.encoder, encoder->preprocessing().size, encoder->preprocessing().resize_to, config.encoder));
  const FeatureNeeds needs{.pooled = true, .map = config.map};
  featurecache::CacheWriter writer(config.output, {.version = TAGLOOM_VERSION,
                                                   .encoder = config.encoder,
                                                   .encoder_options = options.to_text(),
                                                   .weights = encoder->weights(),
                                                   .preprocessing = encoder->preprocessing(),
                                                   .flipped = config.flip,
                                                   .feature_shape = encoder->feature_shape(),
                                                   .has = needs,
                                                   .compression = config.compression});
  for (const std::string& note : writer.notes())
    listener.warn(note);
  listener.begin(writer.images(), total);

  BuildResult result;
  const auto threads = static_cast<std::size_t>(std::clamp(runtime::allowed_processors() / 2, 1, 8));
  ImageLoader loader(
      remaining(std::move(files), writer, config.output), encoder->preprocessing(),
      {.batch = static_cast<std::size_t>(config.batch), .threads = threads, .flip = config.flip});
  SliceSize slices(config.batch);
  std::optional<runtime::EndsWithinASecond> in_good_order(std::in_place, [&] {
    writer.flush();
    return stopped_sentence(result.encoded);
  });
  while (!listener.stop()) {
    auto batch = loader.next();
    if (!batch) break;
    const std::span<const featurecache::ImageKey> keys = batch->keys;
    const auto append = [&](std::int64_t first, std::int64_t images) {
      const Features features = plugins::guarded("the encoder " + config.encoder, [&] {
        return encoder->encode(batch->images.narrow(0, first, images).to(device), needs);
      });
      const auto lock = in_good_order->changing();
      writer.append(keys.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(images)),
                    features);
      result.encoded += images;
    };
    append_in_slices(static_cast<std::int64_t>(keys.size()), slices, append, listener.stop);
    listener.step(static_cast<std::int64_t>(batch->keys.size() + batch->failures.size()));
    std::ranges::move(batch->failures, std::back_inserter(result.skipped));
  }
  in_good_order.reset();
  if (listener.stop()) {
    writer.flush();
    return result;
  }
  if (!result.skipped.empty() && !config.skip_unreadable) {
    writer.flush();
    throw DataError(unreadable_sentence(result.skipped, config.output));
  }
  result.info = writer.finish();
  result.finished = true;
  result.seconds = seconds_since(start);
  return result;
}

}  // namespace tagloom::features
