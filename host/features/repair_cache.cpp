#include "features/repair_cache.hpp"

#include "features/decoding.hpp"
#include "features/image_loader.hpp"
#include "features/images_by_name.hpp"
#include "features/slices.hpp"
#include "runtime/processors.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/repair.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

namespace tagloom::features {
namespace {

/// Why some rows cannot be computed, image by image.
class Obstacles {
 public:
  void add(std::string sentence) { sentences_.push_back(std::move(sentence)); }
  [[nodiscard]] bool any() const { return !sentences_.empty(); }

  void throw_if_any(const std::filesystem::path& cache) const {
    constexpr std::size_t kShown = 5;
    if (!any()) return;
    std::string text = fmt::format("{} cannot be repaired, and was left as it is:", shown(cache));
    for (std::size_t i = 0; i < std::min(kShown, sentences_.size()); ++i)
      text += "\n  " + sentences_[i];
    if (sentences_.size() > kShown) text += fmt::format("\n  and {} more", sentences_.size() - kShown);
    throw DataError(text);
  }

 private:
  std::vector<std::string> sentences_;
};

/// The files of these images, in their order.
std::vector<ImageFile> files_of_images(const RepairConfig& config,
                                       std::span<const featurecache::ImageKey> images) {
  const auto by_name = images_by_name(config.data, config.reading, config.images);
  std::vector<ImageFile> files;
  Obstacles missing;
  for (const featurecache::ImageKey& image : images) {
    const auto found = by_name.find(image.name);
    if (found == by_name.end())
      missing.add(
          fmt::format("image {} is not among those given: give the images that the cache was built "
                      "from.",
                      shown(image.name)));
    else
      files.push_back(found->second);
  }
  missing.throw_if_any(config.cache);
  return files;
}

ImageLoader::Settings loader_settings_for(const RepairConfig& config, const featurecache::CacheInfo& info,
                                          const RepairListener& listener) {
  return {.batch = static_cast<std::size_t>(config.batch),
          .threads = ImageLoader::usual_threads(),
          .flip = info.flipped,
          .decode = decoding(info.pixels, info.decode, info.preprocessing,
                             {.max_pixels = config.max_pixels, .accept_damaged = config.accept_damaged}),
          .stop = listener.stop};
}

/// That a batch holds the images of these rows, as they were when the cache was built.
void look_at_batch(const ImageBatch& batch, std::span<const featurecache::ImageKey> expected,
                   Obstacles& obstacles) {
  for (const Remark& failure : batch.failures)
    obstacles.add(fmt::format("{}: {}", shown(failure.name), failure.sentence));
  for (const featurecache::ImageKey& image : batch.keys) {
    const auto row = std::ranges::find(expected, image.name, &featurecache::ImageKey::name);
    if (row != expected.end() && row->hash != image.hash)
      obstacles.add(
          fmt::format("image {} has changed since the cache was built, as its content hash shows; bring "
                      "the old one back, or build the cache again.",
                      shown(image.name)));
  }
}

/// Computes all damaged rows, unless an image stands in the way.
void replace_rows(const RepairConfig& config, const CheckedEncoder& encoder,
                  featurecache::CacheRepair& repair, const RepairListener& listener) {
  const std::span<const featurecache::ImageKey> images = repair.images();
  const featurecache::CacheInfo& info = repair.found().info;
  ImageLoader loader(files_of_images(config, images), encoder.preprocessing(),
                     loader_settings_for(config, info, listener));
  // Archives and standard input are read, for as long as that takes: a signal ended the process until now.
  const EndsInGoodOrder in_good_order;
  Obstacles obstacles;
  const std::int64_t slice = slice_size(encoder, config.batch);
  std::size_t done = 0;
  while (const auto batch = loader.next()) {
    const std::size_t count = batch->keys.size() + batch->failures.size();
    look_at_batch(*batch, images.subspan(done, count), obstacles);
    const auto images_there = static_cast<std::int64_t>(count);
    for (std::int64_t first = 0; first < images_there && !obstacles.any() && !listener.stop(); first += slice)
      repair.replace(
          done + static_cast<std::size_t>(first),
          encode_slice(encoder, batch->images.narrow(0, first, std::min(slice, images_there - first)), slice,
                       info.has));
    done += count;
    listener.step(static_cast<std::int64_t>(count));
  }
  if (listener.stop()) throw Interrupted(fmt::format("stopped; {} is what it was.", shown(config.cache)));
  obstacles.throw_if_any(config.cache);
}

}  // namespace

RepairResult repair_cache(const RepairConfig& config, const EncoderOfCache& encoder,
                          const RepairListener& listener) {
  check(config);
  featurecache::CacheRepair repair(config.cache, {.threads = runtime::own_processors()});
  RepairResult result{.images = repair.found().info.images,
                      .repaired = static_cast<std::int64_t>(repair.images().size())};
  if (repair.found().sound()) return result;
  listener.begin(result.repaired);
  if (result.repaired > 0) replace_rows(config, encoder(repair.found().info), repair, listener);
  // A signal leaves nothing beside the cache.
  const EndsInGoodOrder in_good_order;
  repair.finish();
  result.other_than_written = repair.other_than_written();
  return result;
}

}  // namespace tagloom::features
