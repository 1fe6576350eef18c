#pragma once

/// `tagloom train`.

#include "commands/arguments.hpp"
#include "commands/line.hpp"
#include "training/config.hpp"

namespace tagloom::commands {

struct TrainLine {
  /// Which parts the model has, the command line says.
  training::TrainConfig config = {.model = {}};
  bool overwrite = false;
  PluginOptions plugins;
};
const Line<TrainLine>& train_line();

}  // namespace tagloom::commands
