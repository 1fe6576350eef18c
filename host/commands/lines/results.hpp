#pragma once

/// `tagloom compare` and `tagloom report`: what `evaluate --json` wrote, looked at.

#include "annotation/encoder_choice.hpp"
#include "commands/arguments.hpp"
#include "commands/line.hpp"

#include <tagloom/datasets/read.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::commands {

struct CompareLine {
  std::vector<std::filesystem::path> results;
  std::string against;
  std::string split = "test";
  std::int64_t draws = 10000;
  double confidence = 0.95;
  std::int64_t seed = 0;
  bool labels = false;
  bool json = false;
  bool markdown = false;
};
const Line<CompareLine>& compare_line();

struct ReportLine {
  std::vector<std::filesystem::path> results;
  std::filesystem::path out;
  std::string title;
  std::string against;
  std::filesystem::path data;
  datasets::ReadOptions reading = {.test_fraction = 0};
  std::vector<std::filesystem::path> models;
  annotation::EncoderChoice encoder;
  std::int64_t pictures = 6;
  std::int64_t draws = 2000;
  double confidence = 0.95;
  std::string device = "auto";
  PluginOptions plugins;
};
const Line<ReportLine>& report_line();

}  // namespace tagloom::commands
