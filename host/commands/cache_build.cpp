#include "commands/arguments.hpp"
#include "commands/commands.hpp"
#include "commands/outputs.hpp"
#include "distributed/environment.hpp"
#include "features/build_cache.hpp"
#include "runtime/interrupt.hpp"
#include "runtime/log.hpp"
#include "runtime/memory.hpp"
#include "runtime/output.hpp"
#include "runtime/progress.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <optional>

namespace tagloom::commands {

void cache_build(const Arguments& arguments);

namespace {

po::options_description description_of() {
  const features::BuildConfig defaults;
  po::options_description description("options");
  description.add_options()("data", po::value<std::string>(),
                            "data set folder (train.json, test.json, images/)")(
      "images", po::value<std::string>(), "instead of --data: any folder of images, searched to the bottom")(
      "out", po::value<std::string>()->required(), "cache to write (.h5); an interrupted build continues")(
      "encoder", po::value<std::string>()->default_value(defaults.encoder), "encoder plugin")(
      "map", po::bool_switch(), "store feature maps too (attention needs them; pixels times larger)")(
      "flip", po::bool_switch(), "mirror every image: a second view for `tagloom train --view`")(
      "compression", po::value<std::string>()->default_value(featurecache::to_text(defaults.compression)),
      "of maps: bitmap (zeros take a bit) or none; no effect on what is read")(
      "skip-unreadable", po::bool_switch(), "finish without the images that cannot be read or are missing")(
      "accept-damaged", po::bool_switch(), "take JPEGs that are damaged or cut short as they come out")(
      "max-pixels", po::value<std::int64_t>()->default_value(defaults.max_pixels),
      "larger pictures cannot be read")(
      "pixels", po::value<std::string>()->default_value(featurecache::to_text(defaults.pixels)),
      "seen (turned as EXIF says, on white, 16 bits rounded to 8) or stored (for models of older caches)")(
      "batch", po::value<std::int64_t>()->default_value(defaults.batch), "images a batch, 1 to 1024")(
      "device", po::value<std::string>()->default_value(defaults.device), "auto, cpu, cuda or cuda:N");
  add_plugin_options(description);
  return description;
}

featurecache::Compression compression_of(const std::string& text) {
  const auto known = featurecache::compression_from(text);
  if (!known) throw UsageError(fmt::format("--compression {} is unknown; give bitmap or none.", shown(text)));
  return *known;
}

featurecache::PixelRule pixel_rule_of(const std::string& text) {
  const auto known = featurecache::pixel_rule_from(text);
  if (!known) throw UsageError(fmt::format("--pixels {} is unknown; give seen or stored.", shown(text)));
  return *known;
}

features::BuildConfig config_from(const po::variables_map& values) {
  Settings settings = settings_from(values, {"encoder"});
  return {.data = path_from(values, "data"),
          .images = path_from(values, "images"),
          .output = path_from(values, "out"),
          .encoder = values["encoder"].as<std::string>(),
          .encoder_options = settings["encoder"],
          .map = values["map"].as<bool>(),
          .flip = values["flip"].as<bool>(),
          .compression = compression_of(values["compression"].as<std::string>()),
          .skip_unreadable = values["skip-unreadable"].as<bool>(),
          .accept_damaged = values["accept-damaged"].as<bool>(),
          .max_pixels = values["max-pixels"].as<std::int64_t>(),
          .pixels = pixel_rule_of(values["pixels"].as<std::string>()),
          .batch = values["batch"].as<std::int64_t>(),
          .device = values["device"].as<std::string>()};
}

}  // namespace

void cache_build(const Arguments& arguments) {
  po::variables_map values;
  if (!parse(arguments, description_of(), {},
             "tagloom cache build (--data DIR | --images DIR) --out FILE [options]", values))
    return;
  const auto registry = registry_from(values);
  const features::BuildConfig config = config_from(values);
  if (distributed::environment().size > 1)
    throw UsageError(
        "`tagloom cache build` works in one process; start it without torchrun, mpirun or srun.");
  prepare_outputs(values, OutputKind::cache, {"out"});
  runtime::ask_for_memory_of_products(runtime::warn);
  std::optional<runtime::Progress> progress;
  const auto result = features::build_cache(
      config, registry,
      {.warn = runtime::warn,
       .begin =
           [&](std::int64_t done, std::int64_t total) {
             if (done > 0) runtime::print("{} of {} images are done already; going on.\n", done, total);
             progress.emplace("features", total - done, "images");
           },
       .step = [&](std::int64_t images) { progress->advance(images); },
       .stop = runtime::interrupted});
  progress.reset();
  if (!result.finished) throw Interrupted(features::stopped_sentence(result.encoded));
  runtime::print("{} images ({} encoded in {}, {:.1f} images/s) in {}, {:.1f} MB\n", result.info.images,
                 result.encoded, runtime::clock_text(result.seconds),
                 static_cast<double>(result.encoded) / result.seconds, shown(config.output),
                 static_cast<double>(std::filesystem::file_size(config.output)) / 1e6);
}

}  // namespace tagloom::commands
