#include "training/train.hpp"

#include "runtime/explained.hpp"
#include "training/trainer.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file_lock.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <optional>

namespace tagloom::training {
namespace {

/// That no other process writes the same files, held while the run lasts.
std::optional<FileLock> locked(const TrainConfig& config, const TrainListener& listener,
                               const distributed::World& world) {
  if (!world.is_first()) return std::nullopt;
  const std::string output = shown(config.output);
  try {
    FileLock lock = FileLock::take(config.output.string() + ".lock");
    if (!lock.note().empty()) listener.warn(lock.note());
    return lock;
  } catch (const FileLock::Held& held) {
    throw DataError(
        fmt::format("{} trains {} at this moment; wait for it or end it, or give --out another name.",
                    held.owner(), output));
  }
}

void check_state(const TrainConfig& config) {
  const auto status = std::filesystem::symlink_status(state_path(config));
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    throw UsageError(
        fmt::format("{} is in the way: the state of the run belongs there, and it is no file; remove it, or "
                    "give --out another name.",
                    shown(state_path(config).string())));
  if (!config.resume && std::filesystem::exists(status))
    throw UsageError(fmt::format("{} is of an interrupted run; add --resume to go on with it, or delete it.",
                                 shown(state_path(config))));
}

}  // namespace

TrainResult train(const TrainConfig& config, const registry::Registry& registry,
                  const TrainListener& listener) {
  distributed::World alone;
  return train(config, registry, listener, alone);
}

TrainResult train(const TrainConfig& config, const registry::Registry& registry,
                  const TrainListener& listener, distributed::World& world) {
  check(config, registry);
  const auto lock =
      distributed::agreed(world, "locking the output", [&] { return locked(config, listener, world); });
  check_state(config);
  std::optional<Trainer> trainer;
  runtime::explained("preparing the training", [&] { trainer.emplace(config, registry, listener, world); });
  return trainer->run();
}

}  // namespace tagloom::training
