#include "training/train.hpp"

#include "commands/arguments.hpp"
#include "commands/commands.hpp"
#include "runtime/progress.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace tagloom::commands {
namespace {

po::options_description description_of() {
  const training::TrainConfig defaults;
  const auto text = [](const std::string& value) { return po::value<std::string>()->default_value(value); };
  po::options_description description("options");
  description.add_options()("data", po::value<std::string>()->required(),
                            "data set folder (train.json, test.json, images/)")(
      "cache", po::value<std::string>()->required(), "feature cache of its images")(
      "out", po::value<std::string>()->required(), "checkpoint to write (.safetensors)")(
      "decoder", text(defaults.decoder), "decoder plugin")(
      "ordering", text(defaults.ordering), "ordering plugin")("loss", text(defaults.loss), "loss plugin")(
      "glove", po::value<std::string>(), "pretrained label embeddings in GloVe's text format")(
      "epochs", po::value<std::int64_t>()->default_value(defaults.epochs), "epochs")(
      "batch", po::value<std::int64_t>()->default_value(defaults.batch), "images a batch")(
      "learning-rate", po::value<double>()->default_value(defaults.learning_rate),
      "peak of the one-cycle schedule")("pct-start", po::value<double>()->default_value(defaults.pct_start),
                                        "share of the steps that it rises")(
      "validation", po::value<double>()->default_value(defaults.validation),
      "share of train held out to select by")("seed",
                                              po::value<std::uint64_t>()->default_value(defaults.seed),
                                              "seed of split, weights, order and dropout")(
      "device", text(defaults.device), "auto, cpu, cuda or cuda:N");
  add_plugin_options(description);
  return description;
}

training::TrainConfig config_from(const po::variables_map& values) {
  Settings settings = settings_from(values, {"decoder", "ordering", "loss"});
  return {.data = path_from(values, "data"),
          .cache = path_from(values, "cache"),
          .output = path_from(values, "out"),
          .decoder = values["decoder"].as<std::string>(),
          .ordering = values["ordering"].as<std::string>(),
          .loss = values["loss"].as<std::string>(),
          .decoder_options = settings["decoder"],
          .ordering_options = settings["ordering"],
          .loss_options = settings["loss"],
          .embeddings = path_from(values, "glove"),
          .epochs = values["epochs"].as<std::int64_t>(),
          .batch = values["batch"].as<std::int64_t>(),
          .learning_rate = values["learning-rate"].as<double>(),
          .pct_start = values["pct-start"].as<double>(),
          .validation = values["validation"].as<double>(),
          .seed = values["seed"].as<std::uint64_t>(),
          .device = values["device"].as<std::string>()};
}

void print_epoch(const training::EpochReport& report) {
  const auto& scores = report.validation;
  fmt::print(
      "epoch {:>3}/{}  loss {:.4f}  lr {:.2e}  validation: per-class F1 {:.4f}  N+ {:>3}  micro F1 {:.4f}  "
      "{:.1f} s{}\n",
      report.epoch, report.epochs, report.loss, report.learning_rate, scores.per_class.f1, scores.n_plus,
      scores.micro.f1, report.seconds, report.best ? "  best" : "");
  std::fflush(stdout);
}

}  // namespace

void train(const Arguments& arguments) {
  po::variables_map values;
  if (!parse(arguments, description_of(), {}, "tagloom train --data DIR --cache FILE --out FILE [options]",
             values))
    return;
  const auto registry = registry_from(values);
  const training::TrainConfig config = config_from(values);
  std::unique_ptr<runtime::Progress> progress;
  std::int64_t shown = 0;
  const training::TrainListener listener{
      .note =
          [](const std::string& sentence) {
            fmt::print("{}\n", sentence);
            std::fflush(stdout);
          },
      .epoch =
          [&](const training::EpochReport& report) {
            progress.reset();
            print_epoch(report);
          },
      .step =
          [&](std::int64_t epoch, std::int64_t images, std::int64_t total) {
            if (!progress) {
              progress =
                  std::make_unique<runtime::Progress>(fmt::format("epoch {:>3}", epoch), total, "images");
              shown = 0;
            }
            progress->advance(images - shown);
            shown = images;
          }};
  const training::TrainResult result = training::train(config, registry, listener);
  fmt::print(
      "trained {} ({} parameters) in {}; best epoch {}: validation per-class F1 {:.4f}\ncheckpoint: {}\nlog: "
      "{}\n",
      config.decoder, result.parameters, runtime::clock_text(result.seconds), result.best_epoch,
      result.best_validation.per_class.f1, config.output.string(), config.output.string() + ".log.csv");
}

}  // namespace tagloom::commands
