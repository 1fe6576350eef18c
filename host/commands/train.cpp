#include "training/train.hpp"

#include "commands/arguments.hpp"
#include "commands/commands.hpp"
#include "runtime/interrupt.hpp"
#include "runtime/progress.hpp"

#include <tagloom/error.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace tagloom::commands {
namespace {

using Texts = std::vector<std::string>;

template <class Value>
auto with_default(const Value& value) {
  return po::value<Value>()->default_value(value);
}

po::options_description model_options(const training::TrainConfig& defaults) {
  po::options_description options("model");
  options.add_options()("decoder", po::value<std::string>(),
                        "decoder plugin; ria unless --classifier is given alone")(
      "classifier", po::value<std::string>(),
      "classifier plugin: alone, or in front of a decoder that reads concepts")(
      "ordering", with_default(defaults.ordering), "ordering plugin")("loss", with_default(defaults.loss),
                                                                      "loss plugin")(
      "multilabel-loss", with_default(defaults.multilabel_loss), "multilabel_loss plugin, of the classifier")(
      "glove", po::value<std::string>(), "pretrained label embeddings in GloVe's text format")(
      "threshold", with_default(defaults.threshold),
      "of a classifier alone: a probability, or \"fitted\" per label on validation");
  return options;
}

po::options_description schedule_options(const training::TrainConfig& defaults) {
  po::options_description options("schedule");
  options.add_options()("epochs", with_default(defaults.epochs),
                        "epochs that the learning rate is planned for")(
      "stop-after", with_default(defaults.stop_after), "end after so many of them; 0 runs them all")(
      "patience", with_default(defaults.patience),
      "end after so many epochs without a better score; 0 never")(
      "concept-epochs", with_default(defaults.concept_epochs),
      "epochs of the concept layer alone, before its decoder")(
      "concept-weight", with_default(defaults.concept_weight),
      "weight of its loss beside the decoder's; 0 freezes it")("batch", with_default(defaults.batch),
                                                               "images a batch")(
      "learning-rate", with_default(defaults.learning_rate), "peak of the one-cycle schedule")(
      "pct-start", with_default(defaults.pct_start), "share of the steps that it rises")(
      "clip-norm", with_default(defaults.clip_norm), "largest L2 norm of the gradients; 0 leaves them")(
      "ema", with_default(defaults.average_decay), "decay of averaged weights, e.g. 0.998; 0 keeps none")(
      "scheduled-sampling", with_default(defaults.scheduled_sampling),
      "probability, reached linearly, of feeding the decoder its own last token")(
      "precision", with_default(defaults.precision), "float32 or bfloat16 products");
  return options;
}

po::options_description description_of() {
  const training::TrainConfig defaults;
  po::options_description description("options");
  description.add_options()("data", po::value<std::string>()->required(),
                            "data set folder (train.json, test.json, images/)")(
      "cache", po::value<std::string>()->required(), "feature cache of its images")(
      "view", po::value<Texts>()->composing(), "cache of the same images made with --flip (repeatable)")(
      "out", po::value<std::string>()->required(), "checkpoint to write (.safetensors)")(
      "resume", po::bool_switch(), "go on with the interrupted run of the same options")(
      "validation", with_default(defaults.validation), "share of train held out")(
      "select-on", with_default(defaults.select_on),
      "split that chooses the epoch: validation, or test as some published figures")(
      "seed", with_default(defaults.seed), "seed of split, weights, order and dropout")(
      "device", with_default(defaults.device), "auto, cpu, cuda or cuda:N");
  description.add(model_options(defaults)).add(schedule_options(defaults));
  add_plugin_options(description);
  return description;
}

std::string text_from(const po::variables_map& values, const char* name) {
  return values.count(name) > 0 ? values[name].as<std::string>() : std::string();
}

training::TrainConfig config_from(const po::variables_map& values) {
  Settings settings = settings_from(values, {"decoder", "classifier", "ordering", "loss", "multilabel_loss"});
  training::TrainConfig config{.data = path_from(values, "data"),
                               .cache = path_from(values, "cache"),
                               .output = path_from(values, "out"),
                               .model = {.classifier = text_from(values, "classifier"),
                                         .classifier_options = settings["classifier"],
                                         .decoder = text_from(values, "decoder"),
                                         .decoder_options = settings["decoder"]},
                               .ordering = values["ordering"].as<std::string>(),
                               .ordering_options = settings["ordering"],
                               .loss = values["loss"].as<std::string>(),
                               .loss_options = settings["loss"],
                               .multilabel_loss = values["multilabel-loss"].as<std::string>(),
                               .multilabel_loss_options = settings["multilabel_loss"],
                               .embeddings = path_from(values, "glove"),
                               .concept_epochs = values["concept-epochs"].as<std::int64_t>(),
                               .concept_weight = values["concept-weight"].as<double>(),
                               .threshold = values["threshold"].as<std::string>(),
                               .epochs = values["epochs"].as<std::int64_t>(),
                               .stop_after = values["stop-after"].as<std::int64_t>(),
                               .patience = values["patience"].as<std::int64_t>(),
                               .batch = values["batch"].as<std::int64_t>(),
                               .learning_rate = values["learning-rate"].as<double>(),
                               .pct_start = values["pct-start"].as<double>(),
                               .clip_norm = values["clip-norm"].as<double>(),
                               .average_decay = values["ema"].as<double>(),
                               .scheduled_sampling = values["scheduled-sampling"].as<double>(),
                               .precision = values["precision"].as<std::string>(),
                               .validation = values["validation"].as<double>(),
                               .select_on = values["select-on"].as<std::string>(),
                               .seed = values["seed"].as<std::uint64_t>(),
                               .device = values["device"].as<std::string>(),
                               .resume = values["resume"].as<bool>()};
  if (config.model.decoder.empty() && config.model.classifier.empty()) config.model.decoder = "ria";
  if (values.count("view") > 0) {
    for (const auto& path : values["view"].as<Texts>())
      config.views.emplace_back(path);
  }
  return config;
}

void print_epoch(const training::EpochReport& report, const std::string& split) {
  const auto& scores = report.selection;
  fmt::print(
      "{}epoch {:>3}/{}  loss {:.4f}  lr {:.2e}  {}: per-class F1 {:.4f}  N+ {:>3}  micro F1 {:.4f}  mAP "
      "{:.4f}  "
      "{:.1f} s{}\n",
      report.stage == "concepts" ? "concepts " : "", report.epoch, report.epochs, report.loss,
      report.learning_rate, split, scores.per_class.f1, scores.n_plus, scores.micro.f1,
      scores.mean_average_precision, report.seconds, report.best ? "  best" : "");
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
  runtime::watch_interrupts();
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
            print_epoch(report, config.select_on);
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
          },
      .stop = runtime::interrupted};
  const training::TrainResult result = training::train(config, registry, listener);
  progress.reset();
  if (!result.finished)
    throw Error(fmt::format("stopped; nothing is lost: add --resume to the same command to go on ({}.state).",
                            config.output.string()));
  fmt::print(
      "trained {} ({} parameters) in {}; best epoch {}: {} per-class F1 {:.4f}\ncheckpoint: {}\nlog: "
      "{}\n",
      config.model.name(), result.parameters, runtime::clock_text(result.seconds), result.best_epoch,
      config.select_on, result.best_score, config.output.string(), config.output.string() + ".log.csv");
}

}  // namespace tagloom::commands
