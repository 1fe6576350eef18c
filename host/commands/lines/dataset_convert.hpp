#pragma once

/// `tagloom dataset convert`.

#include "commands/line.hpp"

#include <tagloom/datasets/read.hpp>

#include <filesystem>

namespace tagloom::commands {

struct DatasetConvertLine {
  std::filesystem::path data;
  datasets::ReadOptions reading;
  std::filesystem::path out;
  bool copy = false;
};
const Line<DatasetConvertLine>& dataset_convert_line();

}  // namespace tagloom::commands
