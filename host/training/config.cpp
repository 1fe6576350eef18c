#include "training/config.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>

namespace tagloom::training {
namespace {

template <class Value>
void demand(bool usable, const char* option, const char* range, const Value& value) {
  if (!usable)
    throw UsageError(fmt::format("--{} is {}; it must be {}.", option, shown(fmt::to_string(value)), range));
}

void add_options(std::map<std::string, std::string>& record, const std::string& kind,
                 const registry::Assignments& options) {
  for (const auto& [name, value] : options)
    record[kind + "." + name] = value;
}

}  // namespace

std::optional<float> fixed_threshold(const TrainConfig& config) {
  float value = 0;
  const char* end = config.threshold.data() + config.threshold.size();
  const auto [last, error] = std::from_chars(config.threshold.data(), end, value);
  if (error != std::errc() || last != end || !(value >= 0 && value <= 1)) return std::nullopt;
  return value;
}

void check(const TrainConfig& config) {
  // Beyond all use; products of these numbers must not overflow.
  constexpr std::int64_t kMost = 1'000'000;
  demand(config.epochs >= 1 && config.epochs <= kMost, "epochs", "from 1 to 1000000", config.epochs);
  demand(config.concept_epochs >= 0 && config.concept_epochs <= kMost, "concept-epochs", "from 0 to 1000000",
         config.concept_epochs);
  demand(config.concept_weight >= 0, "concept-weight", "at least 0", config.concept_weight);
  demand(config.stop_after >= 0, "stop-after", "at least 0", config.stop_after);
  demand(config.patience >= 0, "patience", "at least 0", config.patience);
  demand(config.batch >= 1 && config.batch <= kMost, "batch", "from 1 to 1000000", config.batch);
  demand(config.max_labels >= 0 && config.max_labels <= kMost, "max-labels", "from 0 to 1000000",
         config.max_labels);
  demand(config.learning_rate > 0 && std::isfinite(config.learning_rate), "learning-rate",
         "above 0 and finite", config.learning_rate);
  demand(config.pct_start >= 0 && config.pct_start <= 1, "pct-start", "from 0 to 1", config.pct_start);
  demand(config.clip_norm >= 0, "clip-norm", "at least 0", config.clip_norm);
  demand(config.average_decay >= 0 && config.average_decay < 1, "ema", "at least 0 and below 1",
         config.average_decay);
  demand(config.scheduled_sampling >= 0 && config.scheduled_sampling <= 1, "scheduled-sampling",
         "from 0 to 1", config.scheduled_sampling);
  demand(config.validation >= 0 && config.validation < 1, "validation", "at least 0 and below 1",
         config.validation);
  demand(config.select_on == "validation" || config.select_on == "test", "select-on", "validation or test",
         config.select_on);
  demand(config.threshold == "fitted" || fixed_threshold(config).has_value(), "threshold",
         "a probability or \"fitted\"", config.threshold);
  if (config.threshold == "fitted" && config.select_on == "test")
    throw UsageError("--threshold fitted needs the validation split; it cannot go with --select-on test.");
  if (config.model.decoder.empty() && config.scheduled_sampling > 0)
    throw UsageError("--scheduled-sampling is for decoders; a classifier alone emits no sequence.");
}

std::string subject(const TrainConfig& config) {
  std::vector<std::string> losses;
  if (!config.model.decoder.empty()) losses.push_back(config.loss);
  if (!config.model.classifier.empty()) losses.push_back(config.multilabel_loss);
  return fmt::format("{} with the loss {}", config.model.name(), fmt::join(losses, " and "));
}

std::map<std::string, std::string> described(const TrainConfig& config) {
  std::map<std::string, std::string> record = {{"classifier", config.model.classifier},
                                               {"decoder", config.model.decoder},
                                               {"epochs", fmt::format("{}", config.epochs)},
                                               {"stop_after", fmt::format("{}", config.stop_after)},
                                               {"patience", fmt::format("{}", config.patience)},
                                               {"batch", fmt::format("{}", config.batch)},
                                               {"learning_rate", fmt::format("{}", config.learning_rate)},
                                               {"pct_start", fmt::format("{}", config.pct_start)},
                                               {"clip_norm", fmt::format("{}", config.clip_norm)},
                                               {"ema", fmt::format("{}", config.average_decay)},
                                               {"precision", config.precision},
                                               {"validation", fmt::format("{}", config.validation)},
                                               {"select_on", config.select_on},
                                               {"seed", fmt::format("{}", config.seed)},
                                               {"views", fmt::format("{}", config.views.size())}};
  add_options(record, "classifier", config.model.classifier_options);
  add_options(record, "decoder", config.model.decoder_options);
  if (!config.model.decoder.empty()) {
    record["ordering"] = config.ordering;
    record["loss"] = config.loss;
    record["scheduled_sampling"] = fmt::format("{}", config.scheduled_sampling);
    record["embeddings"] = stored_name(config.embeddings.filename().string());
    // Runs of the time before this option go on where it is not given.
    if (config.max_labels > 0) record["max_labels"] = fmt::format("{}", config.max_labels);
    add_options(record, "ordering", config.ordering_options);
    add_options(record, "loss", config.loss_options);
  }
  if (!config.model.classifier.empty()) {
    record["multilabel_loss"] = config.multilabel_loss;
    add_options(record, "multilabel_loss", config.multilabel_loss_options);
    if (config.model.decoder.empty()) {
      record["threshold"] = config.threshold;
    } else {
      record["concept_epochs"] = fmt::format("{}", config.concept_epochs);
      record["concept_weight"] = fmt::format("{}", config.concept_weight);
    }
  }
  return record;
}

std::filesystem::path state_path(const TrainConfig& config) {
  return config.output.string() + ".state";
}

}  // namespace tagloom::training
