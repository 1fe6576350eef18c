#include "commands/lines/results.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::commands {
namespace {

options::Table<CompareLine> compare_table() {
  using options::Row;
  using C = CompareLine;
  return {
      Row("result", &C::results, "files of `evaluate --json` (the option's name may be left out)")
          .required()
          .positional(),
      Row("against", &C::against, "result that the others are held against, by its name or model; the first"),
      Row("split", &C::split, "which results to compare: train, validation or test")
          .choices({"train", "validation", "test"}),
      Row("draws", &C::draws, "of the bootstrap; more take longer").from(100).to(1'000'000),
      Row("confidence", &C::confidence, "of intervals").from(options::above(0)).to(options::below(1)),
      Row("seed", &C::seed, "of the draws").from(0),
      Row("labels", &C::labels, "list every label, not only those that differ most"),
      Row("json", &C::json, "print all figures and labels as JSON"),
      Row("markdown", &C::markdown, "print the tables as Markdown")};
}

void check_compare_line(const CompareLine& line) {
  if (line.json && line.markdown)
    throw UsageError("--json and --markdown are two forms of one table; give one.");
}

}  // namespace

const Line<CompareLine>& compare_line() {
  static const Line<CompareLine> line{
      .command = {.name = "compare",
                  .summary = "say what differs between results, and how surely",
                  .usage = "RESULT... [options]",
                  .examples = {"tagloom compare ria.json attention.json",
                               "tagloom compare scores.json --against ria --markdown"}},
      .table = compare_table(),
      .check = check_compare_line};
  return line;
}

}  // namespace tagloom::commands
