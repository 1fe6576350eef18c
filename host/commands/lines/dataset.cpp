#include "commands/lines/dataset.hpp"

#include "data/reading_options.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::commands {
namespace {

using options::Row;

options::Table<DemoLine> demo_table() {
  using datasets::DemoOptions;
  return options::joined<DemoLine>(
      {{Row("out", &DemoLine::root, "folder to write").folder().required().positional()},
       options::nested<DemoLine, DemoOptions>(
           &DemoLine::demo,
           {Row("count", &DemoOptions::images, "training and test images together").from(2).to(100000),
            Row("seed", &DemoOptions::seed, "another seed draws other scenes").from(0)})});
}

std::string without_page(const DatasetInfoLine& line) {
  return line.report.empty() ? "nothing is drawn without --report" : "";
}

std::string without_images(const DatasetInfoLine& line) {
  return line.no_images ? "--no-images opens none" : "";
}

void check_info(const DatasetInfoLine& line) {
  if (!line.report.empty() && line.report.extension() != ".png")
    throw UsageError("--report draws a PNG; give a file whose name ends with .png.");
}

options::Table<DatasetInfoLine> info_table() {
  using C = DatasetInfoLine;
  return options::joined<C>(
      {{Row("data", &C::data, data::kDataHelp).value_name("DATA").required().positional()},
       options::nested(&C::reading, data::reading_rows()),
       {Row("labels", &C::labels, "print how often each label occurs in the training images"),
        Row("json", &C::json, "print it as JSON, labels included"),
        Row("report", &C::report, "draw it on one page (.png)"),
        Row("font", &C::font, "font of the page (TrueType or OpenType) for labels that DejaVu Sans lacks")
            .idle_if(without_page),
        Row("no-thumbnails", &C::no_thumbnails,
            "decode no picture: sizes and equal files, but no look-alikes and no damage inside")
            .idle_if(without_images),
        Row("no-images", &C::no_images, "open no image file: labels alone")}});
}

}  // namespace

const Line<DemoLine>& dataset_demo_line() {
  static const Line<DemoLine> line{
      .command = {.name = "dataset demo",
                  .summary = "draw the demo set",
                  .usage = "DIR [options]",
                  .examples = {"tagloom dataset demo demo",
                               "tagloom dataset demo other --count 1000 --seed 8"}},
      .table = demo_table()};
  return line;
}

const Line<DatasetInfoLine>& dataset_info_line() {
  static const Line<DatasetInfoLine> line{
      .command = {.name = "dataset info",
                  .summary = "measure labels and pictures; find duplicates, damage, leaks into the test",
                  .usage = "DATA [options]",
                  .examples = {"tagloom dataset info demo --report demo.png",
                               "tagloom dataset info corel5k --labels --no-images"}},
      .table = info_table(),
      .check = check_info};
  return line;
}

}  // namespace tagloom::commands
