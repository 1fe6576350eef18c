#include "data/reading_options.hpp"

namespace tagloom::data {

using datasets::ReadOptions;
using options::Row;

const options::Table<ReadOptions>& layout_row() {
  static const options::Table<ReadOptions> table = {
      Row("layout", &ReadOptions::layout, "layout of the data set; auto: what its files tell")
          .choices({datasets::kLayoutNames.begin(), datasets::kLayoutNames.end()})
          .value_name("WORD")};
  return table;
}

const options::Table<ReadOptions>& reading_rows() {
  static const auto table = options::joined<ReadOptions>(
      {layout_row(),
       {Row("test-fraction", &ReadOptions::test_fraction,
            "share of the images held out as the test split, where the data set has none")
            .from(0)
            .to(options::below(1))
            .recorded_if_set(),
        Row("split-seed", &ReadOptions::split_seed, "another seed holds out others")
            .from(0)
            .recorded_if_set()}});
  return table;
}

}  // namespace tagloom::data
