#pragma once

/// `tagloom dataset demo` and `tagloom dataset info`.

#include "commands/line.hpp"

#include <tagloom/datasets/demo.hpp>
#include <tagloom/datasets/read.hpp>

#include <filesystem>

namespace tagloom::commands {

struct DemoLine {
  std::filesystem::path root;
  datasets::DemoOptions demo;
};
const Line<DemoLine>& dataset_demo_line();

struct DatasetInfoLine {
  std::filesystem::path data;
  datasets::ReadOptions reading;
  bool labels = false;
  bool json = false;
  std::filesystem::path report;
  std::filesystem::path font;
  bool no_images = false;
  bool no_thumbnails = false;
};
const Line<DatasetInfoLine>& dataset_info_line();

}  // namespace tagloom::commands
