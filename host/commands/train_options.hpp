#pragma once

/// The command line of `tagloom train` and the configuration that it stands for.

#include "commands/arguments.hpp"
#include "training/config.hpp"

namespace tagloom::commands {

po::options_description train_options();

/// Throws UsageError for options that do nothing for the model that was asked for.
training::TrainConfig train_config(const po::variables_map& values);

}  // namespace tagloom::commands
