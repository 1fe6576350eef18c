#pragma once

/// `tagloom evaluate`.

#include "commands/arguments.hpp"
#include "commands/line.hpp"
#include "evaluation/compare_config.hpp"

#include <filesystem>
#include <string>

namespace tagloom::commands {

struct EvaluateLine {
  evaluation::CompareConfig config;
  bool bands = false;
  std::filesystem::path json;
  std::filesystem::path label_csv;
  std::filesystem::path attention;
  PluginOptions plugins;
  /// The line itself, which the work writes into its JSON.
  std::string typed;
};
const Line<EvaluateLine>& evaluate_line();

}  // namespace tagloom::commands
