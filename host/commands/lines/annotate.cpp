#include "commands/lines/annotate.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::commands {
namespace {

options::Table<AnnotateLine> annotate_table() {
  return options::joined<AnnotateLine>(
      {options::nested(&AnnotateLine::config, annotation::option_table()),
       {options::Row("json", &AnnotateLine::json, "the same as --format jsonl")},
       options::nested(&AnnotateLine::outputs, annotation::pictures::option_table()),
       options::group("plugins", options::nested(&AnnotateLine::plugins, plugin_rows()))});
}

void settle_annotate(AnnotateLine& line) {
  using annotation::FormatName;
  if (line.json && line.config.format == FormatName::csv)
    throw UsageError("--json is the same as --format jsonl, and cannot stand beside --format csv; give one.");
  if (line.json) line.config.format = FormatName::jsonl;
  line.config.annotator.encoder.options = settings_of(line.plugins, {"encoder"})["encoder"];
  line.config.annotator.attention = annotation::pictures::wants_attention(line.outputs);
}

void check_annotate_line(const AnnotateLine& line) {
  annotation::check(line.config);
  annotation::pictures::check(line.outputs);
}

}  // namespace

const Line<AnnotateLine>& annotate_line() {
  static const Line<AnnotateLine> line{
      .command = {.name = "annotate",
                  .summary = "tag pictures with a trained model",
                  .usage = "MODEL (IMAGE | FOLDER | LIST | -)... [options]",
                  .examples = {"tagloom annotate ria.safetensors holiday",
                               "tagloom annotate ria.safetensors holiday --min-confidence 0.5 --format csv "
                               "--out holiday.csv --sheet holiday.png"}},
      .table = annotate_table(),
      .settle = settle_annotate,
      .check = check_annotate_line};
  return line;
}

}  // namespace tagloom::commands
