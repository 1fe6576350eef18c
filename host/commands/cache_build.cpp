#include "annotation/find_encoder.hpp"
#include "checkpoint/feature_source.hpp"
#include "commands/lines/cache.hpp"
#include "commands/outputs.hpp"
#include "commands/work.hpp"
#include "distributed/environment.hpp"
#include "features/build_cache.hpp"
#include "features/shard_choice.hpp"
#include "runtime/device.hpp"
#include "runtime/interrupt.hpp"
#include "runtime/log.hpp"
#include "runtime/memory.hpp"
#include "runtime/output.hpp"
#include "runtime/progress.hpp"
#include "runtime/quiet.hpp"
#include "runtime/variables.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string_view>

namespace tagloom::commands {
namespace {

/// Finds the weights and so knows that the encoder is the model's.
void take_encoder(CacheBuildLine& line, const registry::Registry& registry, c10::Device device) {
  const checkpoint::FeatureSource trained = checkpoint::read_checkpoint(line.model).features;
  line.encoder.options = line.config.encoder_options;
  line.encoder.folders = annotation::weights_folders(runtime::own_variable, line.model);
  line.encoder.tell = runtime::detail;
  annotation::check(trained, line.encoder, registry);
  line.config.encoder = trained.encoder;
  line.config.encoder_options =
      annotation::find_encoder(
          {.trained = trained, .choice = line.encoder, .device = device, .checkpoint = line.model}, registry)
          .options();
  line.config.pixels = checkpoint::pixel_rule(trained);
  line.config.decode = checkpoint::decode_rule(trained);
}

/// One of several tasks or processes makes its own part, without having been told which.
void choose_shard(features::BuildConfig& config) {
  if (!config.shard.empty()) return;
  const features::ShardChoice choice = features::shard_of_environment(runtime::own_variable);
  if (choice.text.empty()) return;
  config.shard = choice.text;
  features::check(config);
  runtime::remark("Shard {} by {}, into {} (--shard 1/1 builds the whole).\n", choice.text, choice.by,
                  shown(features::output_of(config)));
}

}  // namespace

void run_cache_build(const Command& self, const Arguments& arguments) {
  CacheBuildLine command;
  po::variables_map values;
  if (!parse(self, cache_build_line(), arguments, values, command)) return;
  features::BuildConfig& config = command.config;
  choose_shard(config);
  const auto registry = registry_of(command.plugins);
  if (config.devices.empty())
    config.device =
        runtime::device_named(config.device, distributed::place(runtime::own_variable).local_rank).str();
  const c10::Device device = features::devices_of(config).front();
  if (!command.model.empty()) take_encoder(command, registry, device);
  features::check(config, registry);
  prepare_outputs(values, OutputKind::cache, {"out"});
  runtime::ask_for_memory_of_products(runtime::warn);
  std::optional<runtime::Progress> progress;
  const auto result =
      features::build_cache(config, registry,
                            {.warn = runtime::warn,
                             .begin =
                                 [&](std::int64_t done, std::int64_t total) {
                                   if (done > 0)
                                     runtime::remark("{} of {} images are done already{}.\n", done, total,
                                                     done == total ? "" : "; going on");
                                   progress.emplace("features", total - done, "images");
                                 },
                             .step = [&](std::int64_t images) { progress->advance(images); },
                             .waits_for =
                                 [&](std::string_view stage) {
                                   progress->note(stage.empty() ? "" : fmt::format("waiting for {}", stage));
                                 },
                             .stop = runtime::interrupted});
  progress.reset();
  if (!result.finished) throw Interrupted(features::stopped_sentence(result.encoded));
  runtime::print("{} ({} encoded in {}, {:.1f} images/s{}) in {}, {:.1f} MB\n",
                 counted(result.info.images, "image"), result.encoded, runtime::clock_text(result.seconds),
                 static_cast<double>(result.encoded) / result.seconds,
                 result.waited_for.empty() ? "" : fmt::format(", waiting for {}", result.waited_for),
                 shown(result.output), static_cast<double>(std::filesystem::file_size(result.output)) / 1e6);
  if (runtime::is_verbose() && !result.stages.empty())
    runtime::remark("Of their time the stages worked: {}.\n", result.stages);
}

}  // namespace tagloom::commands
