#include "annotation/find_encoder.hpp"
#include "checkpoint/feature_source.hpp"
#include "commands/lines/cache_tools.hpp"
#include "commands/outputs.hpp"
#include "commands/work.hpp"
#include "distributed/environment.hpp"
#include "features/repair_cache.hpp"
#include "runtime/device.hpp"
#include "runtime/interrupt.hpp"
#include "runtime/log.hpp"
#include "runtime/memory.hpp"
#include "runtime/output.hpp"
#include "runtime/progress.hpp"
#include "runtime/variables.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <optional>

namespace tagloom::commands {

void run_cache_repair(const Command& self, const Arguments& arguments) {
  CacheRepairLine command;
  po::variables_map values;
  if (!parse(self, cache_repair_line(), arguments, values, command)) return;
  distributed::require_one_process(self.name);
  const features::RepairConfig& config = command.config;
  command.encoder.folders = annotation::weights_folders(runtime::own_variable, config.cache);
  command.encoder.tell = runtime::detail;
  const auto registry = registry_of(command.plugins);
  const c10::Device device = runtime::device_named(config.device);
  runtime::ask_for_memory_of_products(runtime::warn);
  const auto encoder = [&](const featurecache::CacheInfo& info) {
    return annotation::find_encoder({.trained = checkpoint::feature_source(info),
                                     .choice = command.encoder,
                                     .device = device,
                                     .checkpoint = config.cache},
                                    registry);
  };
  std::optional<runtime::Progress> progress;
  const auto result =
      features::repair_cache(config, encoder,
                             {.begin = [&](std::int64_t rows) { progress.emplace("repair", rows, "images"); },
                              .step = [&](std::int64_t rows) { progress->advance(rows); },
                              .stop = runtime::interrupted});
  progress.reset();
  if (result.other_than_written > 0)
    runtime::warn(
        fmt::format("the features of {} of these images are not the very bits that were written: another "
                    "processor, device or "
                    "version of LibTorch rounds otherwise, unless their hashes were damaged.",
                    result.other_than_written));
  if (result.repaired == 0)
    runtime::print("{}: the features of all {} images are as they were written; nothing was done.\n",
                   shown(config.cache), result.images);
  else
    runtime::print("{}: the features of {} of {} images were computed anew.\n", shown(config.cache),
                   result.repaired, result.images);
}

}  // namespace tagloom::commands
