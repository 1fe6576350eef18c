#include "commands/lines/evaluate.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::commands {
namespace {

options::Table<EvaluateLine> evaluate_table() {
  using options::Row;
  using C = EvaluateLine;
  return options::joined<C>(
      {options::nested(&C::config, evaluation::option_table()),
       options::group<C>(
           "output", {Row("bands", &C::bands, "scores of rare, middle and frequent labels below each line"),
                      Row("json", &C::json, "write scores and predictions here, too"),
                      Row("label-csv", &C::label_csv, "write every label's own scores here"),
                      Row("attention", &C::attention,
                          "write where each step looked here (one checkpoint, one split)")}),
       options::group("plugins", options::nested(&C::plugins, plugin_folder_rows()))});
}

void settle_evaluate(EvaluateLine& line) {
  line.config.search.attention = !line.attention.empty();
  if (line.config.search.n_best > 1 && line.json.empty())
    throw UsageError("--n-best goes into the JSON file only; give --json FILE, too.");
}

void check_evaluate_line(const EvaluateLine& line) {
  evaluation::check(line.config);
}

}  // namespace

const Line<EvaluateLine>& evaluate_line() {
  static const Line<EvaluateLine> line{
      .command = {.name = "evaluate",
                  .summary = "score checkpoints on a data set",
                  .usage = "CHECKPOINT... --data DATA --cache FILE [options]",
                  .examples = {"tagloom evaluate ria.safetensors --data corel5k --cache corel5k.h5",
                               "tagloom evaluate ria.safetensors attention.safetensors --data corel5k "
                               "--cache corel5k.h5 --beam 10 --json scores.json"}},
      .table = evaluate_table(),
      .settle = settle_evaluate,
      .check = check_evaluate_line};
  return line;
}

}  // namespace tagloom::commands
