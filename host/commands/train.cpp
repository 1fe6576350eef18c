#include "training/train.hpp"

#include "commands/lines/train.hpp"
#include "commands/outputs.hpp"
#include "commands/work.hpp"
#include "runtime/device.hpp"
#include "runtime/interrupt.hpp"
#include "runtime/log.hpp"
#include "runtime/memory.hpp"
#include "runtime/output.hpp"
#include "runtime/progress.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <system_error>

namespace tagloom::commands {
namespace {

void print_epoch(const training::EpochReport& report, evaluation::SelectOn split) {
  const auto& scores = report.selection;
  runtime::remark(
      "{}epoch {:>3}/{}  loss {:.4f}  lr {:.2e}  {}: per-class F1 {:.4f}  N+ {:>3}  micro F1 {:.4f}  mAP "
      "{:.4f}  "
      "{:.1f} s{}\n",
      report.stage == "concepts" ? "concepts " : "", report.epoch, report.epochs, report.loss,
      report.learning_rate, options::word_for(split), scores.per_class.f1, scores.n_plus, scores.micro.f1,
      scores.mean_average_precision, report.seconds, report.best ? "  best" : "");
  runtime::flush_output();
}

/// Nothing that was computed before may be lost by a slip of the hand.
void check_files(const po::variables_map& values, const TrainLine& command) {
  const training::TrainConfig& config = command.config;
  prepare_outputs(values, OutputKind::checkpoint, {"out"});
  // A link that leads nowhere is something, too.
  std::error_code unknown;
  const bool finished = std::filesystem::exists(std::filesystem::symlink_status(config.output, unknown)) &&
                        !std::filesystem::exists(training::state_path(config));
  if (finished && !config.resume && !command.overwrite)
    throw UsageError(fmt::format("{} exists already; give --out another name, or --overwrite to replace it.",
                                 shown(config.output)));
}

}  // namespace

void run_train(const Command& self, const Arguments& arguments) {
  TrainLine command;
  po::variables_map values;
  if (!parse(self, train_line(), arguments, values, command)) return;
  const training::TrainConfig& config = command.config;
  const auto registry = registry_of(command.plugins);
  training::check(config, registry);
  const distributed::Environment environment = distributed::environment();
  const c10::Device device = runtime::device_named(config.device, environment.local_rank);
  check_files(values, command);
  runtime::ask_for_memory_of_products(runtime::warn);
  distributed::World world(environment, device);
  std::unique_ptr<runtime::Progress> progress;
  std::int64_t advanced = 0;
  const training::TrainListener listener{
      .note =
          [&](const std::string& sentence) {
            if (!world.is_first()) return;
            runtime::remark("{}\n", sentence);
            runtime::flush_output();
          },
      .warn =
          [&](const std::string& sentence) {
            progress.reset();
            if (world.is_first()) runtime::warn(sentence);
          },
      .epoch =
          [&](const training::EpochReport& report) {
            progress.reset();
            if (world.is_first()) print_epoch(report, config.select_on);
          },
      .step =
          [&](std::int64_t epoch, std::int64_t images, std::int64_t total) {
            if (!world.is_first()) return;
            if (!progress) {
              progress =
                  std::make_unique<runtime::Progress>(fmt::format("epoch {:>3}", epoch), total, "images");
              advanced = 0;
            }
            progress->advance(images - advanced);
            advanced = images;
          }};
  const training::TrainResult result = training::train(config, registry, listener, world);
  progress.reset();
  if (!result.finished)
    throw Interrupted(
        fmt::format("stopped; nothing is lost: add --resume to the same command to go on ({}.state).",
                    shown(config.output)));
  if (!world.is_first()) return;
  runtime::print(
      "trained {} ({} parameters) in {}; best epoch {}: {} per-class F1 {:.4f}\ncheckpoint: {}\nlog: "
      "{}\n",
      config.model.name(), result.parameters, runtime::clock_text(result.seconds), result.best_epoch,
      options::word_for(config.select_on), result.best_score, shown(config.output),
      shown(config.output) + ".log.csv");
}

}  // namespace tagloom::commands
