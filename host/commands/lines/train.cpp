#include "commands/lines/train.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>

#include <map>
#include <string>

namespace tagloom::commands {
namespace {

options::Table<TrainLine> train_table() {
  return options::joined<TrainLine>(
      {options::nested(&TrainLine::config, training::option_table()),
       {options::Row("overwrite", &TrainLine::overwrite, "replace the checkpoint that is there already")},
       options::group("plugins", options::nested(&TrainLine::plugins, plugin_rows()))});
}

void take_settings(TrainLine& line) {
  training::TrainConfig& config = line.config;
  const std::map<std::string, registry::Assignments*> places = {
      {"decoder", &config.model.decoder_options},
      {"classifier", &config.model.classifier_options},
      {"ordering", &config.ordering_options},
      {"loss", &config.loss_options},
      {"multilabel_loss", &config.multilabel_loss_options}};
  for (auto& [kind, settings] :
       settings_of(line.plugins, {"decoder", "classifier", "ordering", "loss", "multilabel_loss"})) {
    if (const std::string why = training::why_idle(kind, config); !why.empty())
      throw UsageError(fmt::format("--set {}.* does nothing here: {}.", kind, why));
    *places.at(kind) = settings;
  }
}

void settle_train(TrainLine& line) {
  models::ModelSpec& model = line.config.model;
  if (model.decoder.empty() && model.classifier.empty()) model.decoder = "ria";
  take_settings(line);
  training::check(line.config);
}

}  // namespace

const Line<TrainLine>& train_line() {
  static const Line<TrainLine> line{
      .command = {.name = "train",
                  .summary = "train a decoder on cached features",
                  .usage = "--data DATA --cache FILE --out FILE [options]",
                  .examples = {"tagloom train --data corel5k --cache corel5k.h5 --out ria.safetensors",
                               "tagloom train --data corel5k --cache corel5k.h5 --out attention.safetensors "
                               "--decoder attention --epochs 80 --set decoder.hidden=512"}},
      .table = train_table(),
      .settle = settle_train};
  return line;
}

}  // namespace tagloom::commands
