#include "commands/lines/dataset.hpp"

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

options::Table<DatasetInfoLine> info_table() {
  using C = DatasetInfoLine;
  return {Row("data", &C::data, "data set folder (train.json, test.json, images/)")
              .folder()
              .required()
              .positional(),
          Row("labels", &C::labels, "print how often each label occurs in the training images"),
          Row("json", &C::json, "print it as JSON, labels included")};
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
                  .summary = "count images and labels; check that files are there",
                  .usage = "DIR [options]",
                  .examples = {"tagloom dataset info demo", "tagloom dataset info corel5k --labels"}},
      .table = info_table()};
  return line;
}

}  // namespace tagloom::commands
