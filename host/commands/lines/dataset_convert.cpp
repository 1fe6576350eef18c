#include "commands/lines/dataset_convert.hpp"

#include "data/reading_options.hpp"

namespace tagloom::commands {
namespace {

using options::Row;

options::Table<DatasetConvertLine> convert_table() {
  using C = DatasetConvertLine;
  return options::joined<C>(
      {{Row("data", &C::data, data::kDataHelp).value_name("DATA").required().positional(),
        Row("out", &C::out, "folder to write").folder().required(),
        Row("copy", &C::copy, "copy the images; without it, links lead to where they are")},
       options::nested(&C::reading, data::reading_rows())});
}

}  // namespace

const Line<DatasetConvertLine>& dataset_convert_line() {
  static const Line<DatasetConvertLine> line{
      .command = {.name = "dataset convert",
                  .summary = "write a data set of any layout in that of Corel-5k",
                  .usage = "DATA --out DIR [options]",
                  .examples = {"tagloom dataset convert coco --out coco-as-corel5k",
                               "tagloom dataset convert labels.csv --out fixed --test-fraction 0.1 --copy"}},
      .table = convert_table()};
  return line;
}

}  // namespace tagloom::commands
