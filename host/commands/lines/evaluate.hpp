#pragma once

/// `tagloom evaluate`.

#include "commands/arguments.hpp"
#include "commands/line.hpp"
#include "evaluation/compare_config.hpp"

#include <filesystem>

namespace tagloom::commands {

struct EvaluateLine {
  evaluation::CompareConfig config;
  bool bands = false;
  std::filesystem::path json;
  std::filesystem::path label_csv;
  std::filesystem::path attention;
  PluginOptions plugins;
};
const Line<EvaluateLine>& evaluate_line();

}  // namespace tagloom::commands
