#include "commands/lines/results.hpp"
#include "data/reading_options.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::commands {
namespace {

using C = ReportLine;

std::string without_data(const C& line) {
  return line.data.empty() ? "pictures are shown with --data only" : "";
}

std::string without_model(const C& line) {
  return line.models.empty() ? "no model looks at pictures without --model" : "";
}

options::Table<C> picture_rows() {
  using options::Row;
  options::Table<C> encoder = options::nested(&C::encoder, annotation::encoder_rows());
  for (auto& row : encoder)
    row.idle_if(without_model);
  options::Table<C> layout = options::nested(&C::reading, data::layout_row());
  for (auto& row : layout)
    row.idle_if(without_data);
  return options::joined<C>(
      {{Row("data", &C::data, "data set of the results: shows their best and worst pictures")
            .value_name("DATA")},
       layout,
       {Row("pictures", &C::pictures, "best and worst pictures, of each so many")
            .from(1)
            .to(48)
            .idle_if(without_data),
        Row("model", &C::models,
            "checkpoint of a result: shows where it looked at these pictures (repeatable)")
            .idle_if(without_data)},
       encoder,
       {Row("device", &C::device, "auto, cpu, cuda or cuda:N").idle_if(without_model)}});
}

options::Table<C> table() {
  using options::Row;
  return options::joined<C>(
      {{Row("result", &C::results, "files of `evaluate --json` (the option's name may be left out)")
            .required()
            .positional(),
        Row("out", &C::out, "page to write (.html)").required(),
        Row("title", &C::title, "of the page; what the results are of"),
        Row("against", &C::against,
            "result that the differences are from, by its name or model; the first of each split"),
        Row("draws", &C::draws, "of the bootstrap that intervals are from; more take longer")
            .from(100)
            .to(1'000'000),
        Row("confidence", &C::confidence, "of intervals").from(options::above(0)).to(options::below(1))},
       options::group("pictures", picture_rows()),
       options::group("plugins", options::nested(&C::plugins, plugin_rows()))});
}

void settle(C& line) {
  line.encoder.options = settings_of(line.plugins, {"encoder"})["encoder"];
}

void check_line(const C& line) {
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
      .table = table(),
      .settle = settle,
      .check = check_line};
  return line;
}

}  // namespace tagloom::commands
