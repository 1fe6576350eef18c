#include "data/reading_options.hpp"
#include "features/build_cache.hpp"
#include "features/shard.hpp"
#include "features/storage_words.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>

#include <array>

template <>
struct tagloom::options::Words<tagloom::featurecache::PixelRule> {
  static constexpr auto kAll = std::to_array<Word<featurecache::PixelRule>>(
      {{featurecache::PixelRule::seen, "seen"}, {featurecache::PixelRule::stored, "stored"}});
};

template <>
struct tagloom::options::Words<tagloom::featurecache::DecodeRule> {
  static constexpr auto kAll = std::to_array<Word<featurecache::DecodeRule>>(
      {{featurecache::DecodeRule::full, "full"}, {featurecache::DecodeRule::scaled, "scaled"}});
};

namespace tagloom::features {

using options::Row;
using C = BuildConfig;

const options::Table<BuildConfig>& option_table() {
  // A batch of more would only wait in memory.
  constexpr double kMostBatch = 1024;
  static const auto table = options::joined<C>(
      {{Row("data", &C::data, data::kDataHelp).value_name("DATA")},
       options::nested(&C::reading, data::layout_row()),
       {Row("images", &C::images,
            "instead of --data: a folder of images, an archive of them (tar, zip), a list of paths, or - for "
            "such a "
            "list or a tar on standard input (repeatable)")
            .value_name("PATH"),
        Row("out", &C::output, "cache to write (.h5); an interrupted build continues").required(),
        Row("shard", &C::shard,
            "I/N: the I-th of N parts only, into OUT.I-of-N.h5 for `tagloom cache merge`; a Slurm array, "
            "torchrun "
            "and srun choose by themselves, 1/1 is the whole")
            .value_name("I/N"),
        Row("append", &C::append, "add the images that a finished cache lacks; it stays whole until the end"),
        Row("encoder", &C::encoder, "encoder plugin").value_name("NAME"),
        Row("map", &C::map, "store feature maps too (attention needs them; pixels times larger)"),
        Row("flip", &C::flip, "mirror every image: a second view for `tagloom train --view`"),
        Row("compression", &C::compression,
            "of maps: bitmap (zeros take a bit) or none; no effect on what is read"),
        Row("store", &C::store,
            "precision of features in the file: float16, bfloat16, float32 or int8 (half the size, with a "
            "scale a channel of an image's map)"),
        Row("skip-unreadable", &C::skip_unreadable,
            "finish without the images that cannot be read or are missing"),
        Row("accept-damaged", &C::accept_damaged,
            "take JPEGs that are damaged or cut short as they come out"),
        Row("max-pixels", &C::max_pixels, "larger pictures cannot be read").from(1),
        Row("pixels", &C::pixels,
            "seen (turned as EXIF says, on white, 16 bits rounded to 8) or stored (for models of older "
            "caches)"),
        Row("decode", &C::decode,
            "JPEGs of three times the encoder's input and more: full, or scaled (by libjpeg; twice as fast, "
            "nearly the same features)"),
        Row("batch", &C::batch, "images a batch").from(1).to(kMostBatch),
        Row("device", &C::device, "auto, cpu, cuda or cuda:N"),
        Row("devices", &C::devices,
            "instead of --device: an encoder on each, such as cuda:0,cuda:1 or 0-7")}});
  return table;
}

void check(const BuildConfig& config) {
  options::check(option_table(), config);
  const Shard shard = shard_from(config.shard);
  if (shard.count > 1 && config.append)
    throw UsageError(
        fmt::format("--append adds to one whole cache, and this is shard {}/{}; build the new "
                    "images in shards, and merge those with the cache, or give --shard 1/1.",
                    shard.index, shard.count));
  if (config.data.empty() == config.images.empty())
    throw UsageError(
        "Give either --data (a data set) or --images (a folder, an archive or a list of images).");
  if (!config.devices.empty() && config.device != BuildConfig().device)
    throw UsageError("Give either --device (one) or --devices (several).");
}

}  // namespace tagloom::features
