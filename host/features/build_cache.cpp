#include "features/build_cache.hpp"

#include "features/image_files.hpp"
#include "features/image_loader.hpp"
#include "features/slice_size.hpp"
#include "plugins/guarded.hpp"
#include "runtime/device.hpp"
#include "runtime/ends_within_a_second.hpp"
#include "runtime/processors.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>
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

void check_ranges(const BuildConfig& config) {
  constexpr std::int64_t kMostBatch = 1024;
  if (config.batch < 1 || config.batch > kMostBatch)
    throw UsageError(
        fmt::format("--batch {} is out of range; give 1 to {} images.", config.batch, kMostBatch));
  if (config.max_pixels < 1)
    throw UsageError(fmt::format("--max-pixels {} is too small; give at least 1.", config.max_pixels));
}

std::vector<ImageFile> files_of(const BuildConfig& config, const BuildListener& listener) {
  if (config.data.empty() == config.images.empty())
    throw UsageError("Give either --data (a data set folder) or --images (a folder of images).");
  if (config.data.empty()) {
    ImagesBelow images = images_below(config.images);
    if (!images.left_out.empty()) listener.warn(images.left_out);
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

/// Whether an image is another one than was stored; what cannot be read is none that is, if that is allowed.
bool has_changed(const ImageFile& file, const std::string& stored_hash, bool may_be_missing) {
  try {
    return Hasher().update(read_file(file.path)).hex() != stored_hash;
  } catch (const DataError&) {
    if (!may_be_missing) throw;
    return false;
  }
}

/// What an interrupted build has not done yet. Throws DataError if an image it has done is another one by
/// now.
std::vector<ImageFile> remaining(std::vector<ImageFile> files, const featurecache::CacheWriter& writer,
                                 const BuildConfig& config) {
  const auto total = static_cast<std::int64_t>(files.size());
  std::erase_if(files, [&](const ImageFile& file) {
    const auto stored = writer.stored_hash(file.name);
    if (stored && has_changed(file, *stored, config.skip_unreadable))
      throw DataError(
          fmt::format("{} has changed since this cache was begun; delete {}.parts and start afresh.",
                      shown(file.path.string()), shown(config.output.string())));
    return stored.has_value();
  });
  if (total - static_cast<std::int64_t>(files.size()) != writer.images())
    throw DataError(
        fmt::format("The unfinished cache in {}.parts holds images that are not among those given; delete "
                    "it and start afresh, or give the images it was begun with.",
                    shown(config.output.string())));
  return files;
}

/// "2 images ...", the first few of them, and how many more there are.
std::string listed(const std::vector<Remark>& remarks, std::string_view what) {
  constexpr std::size_t kShown = 5;
  std::string text = fmt::format("{} image{} {}:", remarks.size(), remarks.size() == 1 ? "" : "s", what);
  for (std::size_t i = 0; i < std::min(kShown, remarks.size()); ++i)
    text += fmt::format("\n  {}", remarks[i].sentence);
  if (remarks.size() > kShown) text += fmt::format("\n  and {} more", remarks.size() - kShown);
  return text;
}

std::string unreadable_sentence(const std::vector<Remark>& failures, const std::filesystem::path& output) {
  return listed(failures, "cannot be read") +
         fmt::format(
             "\nEverything else is kept in {}.parts: mend these files and run the same command again, or add "
             "--accept-damaged to take damaged JPEGs as they come out, or --skip-unreadable to finish "
             "without "
             "these images.",
             shown(output.string()));
}

featurecache::LeftOut left_out(const std::vector<Remark>& failures) {
  featurecache::LeftOut record{.images = static_cast<std::int64_t>(failures.size())};
  for (const Remark& failure : failures)
    record.names.push_back(failure.name);
  return record;
}

/// What there is to say of the images at the end.
struct Remarks {
  std::vector<Remark> failures;
  std::vector<Remark> damaged;
  std::vector<std::string> of_several;

  void take(ImageBatch& batch) {
    std::ranges::move(batch.failures, std::back_inserter(failures));
    for (const Remark& image : batch.damaged)
      damaged.push_back({image.name, fmt::format("{}: {}", shown(image.name), image.sentence)});
    std::ranges::move(batch.of_several, std::back_inserter(of_several));
  }

  void say(const BuildListener& listener) const {
    if (!failures.empty()) listener.warn(listed(failures, "left out, which cannot be read"));
    if (!damaged.empty()) listener.warn(listed(damaged, "taken though damaged"));
    if (!of_several.empty())
      listener.warn(fmt::format(
          "{} files hold several pictures (animations, pages), of which the first was "
          "taken: {}{}.",
          of_several.size(), shown(of_several.front()), of_several.size() > 1 ? " and others" : ""));
  }
};

ImageLoader::Settings loader_settings(const BuildConfig& config, const BuildListener& listener) {
  const auto threads = static_cast<std::size_t>(std::clamp(runtime::own_processors() / 2, 1, 8));
  return {.batch = static_cast<std::size_t>(config.batch),
          .threads = threads,
          .flip = config.flip,
          .decode = {.max_pixels = config.max_pixels,
                     .accept_damaged = config.accept_damaged,
                     .as_stored = config.pixels == featurecache::PixelRule::stored},
          .stop = listener.stop};
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

/// What the command line does not say about the encoder's weights.
void warn_of(const EncoderWeights& weights, const BuildConfig& config, const BuildListener& listener) {
  const auto is_source = [&](const auto& option) { return option.second == weights.source; };
  if (weights.random)
    listener.warn(
        fmt::format("encoder {} runs with RANDOM weights: features are fit for a demonstration, not for "
                    "results. Give --set encoder.weights=FILE.",
                    config.encoder));
  else if (std::ranges::none_of(config.encoder_options, is_source))
    listener.warn(fmt::format("encoder {} runs with the weights {}.", config.encoder, shown(weights.source)));
}

}  // namespace

std::string stopped_sentence(std::int64_t encoded) {
  return fmt::format("stopped after {} images; they are kept: run the same command again to go on.", encoded);
}

BuildResult build_cache(const BuildConfig& config, const plugins::Registry& registry,
                        const BuildListener& listener) {
  const auto start = std::chrono::steady_clock::now();
  check_ranges(config);
  const at::Device device = runtime::device_named(config.device);
  std::vector<ImageFile> files = files_of(config, listener);
  const auto total = static_cast<std::int64_t>(files.size());

  const auto [encoder, options] = registry.encoder(config.encoder, config.encoder_options);
  warn_of(encoder->weights(), config, listener);
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
                                                   .pixels = config.pixels,
                                                   .flipped = config.flip,
                                                   .feature_shape = encoder->feature_shape(),
                                                   .has = needs,
                                                   .compression = config.compression});
  for (const std::string& note : writer.notes())
    listener.warn(note);
  listener.begin(writer.images(), total);

  BuildResult result;
  ImageLoader loader(remaining(std::move(files), writer, config), encoder->preprocessing(),
                     loader_settings(config, listener));
  Remarks remarks;
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
    remarks.take(*batch);
  }
  in_good_order.reset();
  if (listener.stop()) {
    writer.flush();
    return result;
  }
  if (!remarks.failures.empty() && !config.skip_unreadable) {
    writer.flush();
    throw DataError(unreadable_sentence(remarks.failures, config.output));
  }
  result.info = writer.finish(left_out(remarks.failures));
  remarks.say(listener);
  result.finished = true;
  result.seconds = seconds_since(start);
  return result;
}

}  // namespace tagloom::features
