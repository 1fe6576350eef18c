#include "commands/train_options.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <initializer_list>

namespace tagloom::commands {
namespace {

using Texts = std::vector<std::string>;

/// Shown with the digits that a person would write.
template <class Value>
auto with_default(const Value& value) {
  return po::value<Value>()->default_value(value, fmt::format("{}", value));
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
      "glove", po::value<std::string>(), "pretrained label embeddings: word vectors as text, .gz or .zip")(
      "max-labels", with_default(defaults.max_labels),
      "train a decoder on so many labels an image, the first of their ordering; 0: on all")(
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
                                                               "images a batch of each process")(
      "learning-rate", with_default(defaults.learning_rate), "peak of the one-cycle schedule")(
      "pct-start", with_default(defaults.pct_start), "share of the steps that it rises")(
      "clip-norm", with_default(defaults.clip_norm), "largest L2 norm of the gradients; 0 leaves them")(
      "ema", with_default(defaults.average_decay), "decay of averaged weights, e.g. 0.998; 0 keeps none")(
      "scheduled-sampling", with_default(defaults.scheduled_sampling),
      "probability, reached linearly, of feeding the decoder its own last token")(
      "precision", with_default(defaults.precision),
      "of products: float32, bfloat16, or auto: bfloat16 where the hardware has it");
  return options;
}

}  // namespace

po::options_description train_options() {
  const training::TrainConfig defaults;
  po::options_description description("options");
  description.add_options()("data", po::value<std::string>()->required(),
                            "data set folder (train.json, test.json, images/)")(
      "cache", po::value<std::string>()->required(), "feature cache of its images")(
      "view", po::value<Texts>()->composing(), "cache of the same images made with --flip (repeatable)")(
      "skip-unreadable", po::bool_switch(), "leave out the images that a cache has no features of")(
      "out", po::value<std::string>()->required(), "checkpoint to write (.safetensors)")(
      "resume", po::bool_switch(), "go on with the interrupted run of the same options")(
      "overwrite", po::bool_switch(), "replace the checkpoint that is there already")(
      "validation", with_default(defaults.validation), "share of train held out")(
      "select-on", with_default(defaults.select_on),
      "split that chooses the epoch: validation, or test as some published figures")(
      "seed", with_default(static_cast<std::int64_t>(defaults.seed)),
      "seed of split, weights, order and dropout")("device", with_default(defaults.device),
                                                   "auto, cpu, cuda or cuda:N")(
      "resident", with_default(std::string("auto")),
      "keep all features in the device's memory: auto (a GPU with room for them), yes or no")(
      "cuda-graph", po::bool_switch(), "launch each step as one CUDA graph (teacher-forced losses, one GPU)");
  description.add(model_options(defaults)).add(schedule_options(defaults));
  add_plugin_options(description);
  return description;
}

namespace {

training::Residency residency_from(const std::string& text) {
  if (text == "auto") return training::Residency::automatic;
  if (text == "yes") return training::Residency::yes;
  if (text == "no") return training::Residency::no;
  throw UsageError(fmt::format("--resident {} is unknown; give auto, yes or no.", shown(text)));
}

/// Read as a signed number, since Boost makes a large one of -1 otherwise.
std::uint64_t seed_from(const po::variables_map& values) {
  const auto seed = values["seed"].as<std::int64_t>();
  if (seed < 0) throw UsageError(fmt::format("--seed is {}; it must be at least 0.", seed));
  return static_cast<std::uint64_t>(seed);
}

std::string text_from(const po::variables_map& values, const char* name) {
  return values.count(name) > 0 ? values[name].as<std::string>() : std::string();
}

/// An option that would do nothing is a mistake worth a sentence.
void refuse_given(const po::variables_map& values, std::initializer_list<const char*> options,
                  const char* why) {
  for (const char* option : options) {
    if (values.count(option) > 0 && !values[option].defaulted())
      throw UsageError(fmt::format("--{} does nothing here: {}.", option, why));
  }
}

void check_options_apply(const po::variables_map& values, const models::ModelSpec& model,
                         const Settings& settings) {
  const auto refuse_settings = [&](const char* kind, const char* why) {
    if (settings.contains(kind))
      throw UsageError(fmt::format("--set {}.* does nothing here: {}.", kind, why));
  };
  if (model.decoder.empty()) {
    constexpr const char* kWhy = "the model is a classifier alone";
    refuse_given(
        values,
        {"glove", "ordering", "loss", "max-labels", "scheduled-sampling", "concept-epochs", "concept-weight"},
        kWhy);
    for (const char* kind : {"decoder", "ordering", "loss"})
      refuse_settings(kind, kWhy);
  }
  if (model.classifier.empty()) {
    constexpr const char* kWhy = "the model has no classifier";
    refuse_given(values, {"multilabel-loss", "threshold", "concept-epochs", "concept-weight"}, kWhy);
    for (const char* kind : {"classifier", "multilabel_loss"})
      refuse_settings(kind, kWhy);
  }
  if (!model.decoder.empty() && !model.classifier.empty())
    refuse_given(values, {"threshold"}, "the decoder emits labels, no probability is compared");
}

}  // namespace

training::TrainConfig train_config(const po::variables_map& values) {
  Settings settings = settings_from(values, {"decoder", "classifier", "ordering", "loss", "multilabel_loss"});
  const Settings given = settings;
  training::TrainConfig config{.data = path_from(values, "data"),
                               .cache = path_from(values, "cache"),
                               .output = path_from(values, "out"),
                               .skip_unreadable = values["skip-unreadable"].as<bool>(),
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
                               .max_labels = values["max-labels"].as<std::int64_t>(),
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
                               .seed = seed_from(values),
                               .device = values["device"].as<std::string>(),
                               .residency = residency_from(values["resident"].as<std::string>()),
                               .cuda_graph = values["cuda-graph"].as<bool>(),
                               .resume = values["resume"].as<bool>()};
  if (config.model.decoder.empty() && config.model.classifier.empty()) config.model.decoder = "ria";
  check_options_apply(values, config.model, given);
  if (values.count("view") > 0) {
    for (const auto& path : values["view"].as<Texts>())
      config.views.emplace_back(path);
  }
  return config;
}

}  // namespace tagloom::commands
