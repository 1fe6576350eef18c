#include "commands/lines/results.hpp"
#include "data/reading_options.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::commands {
namespace {

std::string without_data(const ReportLine& line) {
  return line.data.empty() ? "pictures are shown with --data only" : "";
}

std::string without_model(const ReportLine& line) {
  return line.models.empty() ? "no model looks at pictures without --model" : "";
}

options::Table<ReportLine> picture_rows() {
  using options::Row;
  options::Table<ReportLine> encoder = options::nested(&ReportLine::encoder, annotation::encoder_rows());
  for (auto& row : encoder)
    row.idle_if(without_model);
  options::Table<ReportLine> layout = options::nested(&ReportLine::reading, data::layout_row());
  for (auto& row : layout)
    row.idle_if(without_data);
  return options::joined<ReportLine>(
      {{Row("data", &ReportLine::data, "data set of the results: shows their best and worst pictures")
            .value_name("DATA")},
       layout,
       {Row("pictures", &ReportLine::pictures, "best and worst pictures, of each so many")
            .from(1)
            .to(48)
            .idle_if(without_data),
        Row("model", &ReportLine::models,
            "checkpoint of a result: shows where it looked at these pictures (repeatable)")
            .idle_if(without_data)},
       encoder,
       {Row("device", &ReportLine::device, "auto, cpu, cuda or cuda:N").idle_if(without_model)}});
}

options::Table<ReportLine> report_table() {
  using options::Row;
  return options::joined<ReportLine>(
      {{Row("result", &ReportLine::results, "files of `evaluate --json` (the option's name may be left out)")
            .required()
            .positional(),
        Row("out", &ReportLine::out, "page to write (.html)").required(),
        Row("title", &ReportLine::title, "of the page; what the results are of"),
        Row("against", &ReportLine::against,
            "result that the differences are from, by its name or model; the first of each split"),
        Row("draws", &ReportLine::draws, "of the bootstrap that intervals are from; more take longer")
            .from(100)
            .to(1'000'000),
        Row("confidence", &ReportLine::confidence, "of intervals")
            .from(options::above(0))
            .to(options::below(1))},
       options::group("pictures", picture_rows()),
       options::group("plugins", options::nested(&ReportLine::plugins, plugin_rows()))});
}

void settle_report(ReportLine& line) {
  line.encoder.options = settings_of(line.plugins, {"encoder"})["encoder"];
}

void check_report_line(const ReportLine& line) {
  if (line.out.extension() != ".html")
    throw UsageError("--out writes one HTML page; give a file whose name ends with .html.");
}

}  // namespace

const Line<ReportLine>& report_line() {
  static const Line<ReportLine> line{
      .command = {.name = "report",
                  .summary = "show results on one page: scores, curves, mistakes, pictures",
                  .usage = "RESULT... --out FILE [options]",
                  .examples = {"tagloom report scores.json --out report.html",
                               "tagloom report ria.json attention.json --out report.html --data corel5k "
                               "--model attention.safetensors"}},
      .table = report_table(),
      .settle = settle_report,
      .check = check_report_line};
  return line;
}

}  // namespace tagloom::commands
