#include "commands/lines/dataset.hpp"

#include "commands/outputs.hpp"
#include "commands/work.hpp"
#include "dataset_report/json.hpp"
#include "dataset_report/page.hpp"
#include "dataset_report/report.hpp"
#include "dataset_report/text.hpp"
#include "drawing/typeface.hpp"
#include "runtime/output.hpp"
#include "runtime/processors.hpp"
#include "runtime/progress.hpp"
#include "runtime/terminal.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/demo.hpp>
#include <tagloom/datasets/read.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <utility>

namespace tagloom::commands {
namespace {

dataset_report::Report report_of(datasets::Dataset data, const DatasetInfoLine& command) {
  const auto images =
      static_cast<std::int64_t>(data.train.size() + data.validation.size() + data.test.size());
  std::optional<runtime::Progress> progress;
  if (!command.no_images) progress.emplace("looking at pictures", images, "images");
  return dataset_report::report_of(std::move(data),
                                   {.images = !command.no_images,
                                    .thumbnails = !command.no_thumbnails,
                                    .threads = static_cast<std::size_t>(runtime::own_processors()),
                                    .step = [&] { progress->advance(1); }});
}

void print_text(const dataset_report::Report& report, bool labels) {
  for (const auto& [heading, lines] : dataset_report::to_text(report, runtime::columns())) {
    runtime::print_heading(heading);
    runtime::print("{}\n", lines);
  }
  if (!labels) return;
  runtime::print_heading(fmt::format("Images by label ({})", report.labels.about));
  runtime::print("{}", dataset_report::label_lines(report));
}

/// After the report, which says more: what would stop `cache build` makes this command fail, too.
void require_readable(const dataset_report::Report& report) {
  if (!report.pictures) return;
  datasets::check_images(report.data);
  const auto& unreadable = report.pictures->unreadable;
  if (unreadable.empty()) return;
  throw DataError(fmt::format("{} of {} image files cannot be read, such as this: {}", unreadable.size(),
                              report.images(), report.pictures->pictures[unreadable.front()].facts.failure));
}

}  // namespace

void run_dataset_demo(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  DemoLine command;
  if (!parse(self, dataset_demo_line(), arguments, values, command)) return;
  datasets::write_demo(command.root, command.demo);
  runtime::print("drew {} in {}\n", counted(command.demo.images, "image"), shown(command.root));
}

void run_dataset_info(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  DatasetInfoLine command;
  if (!parse(self, dataset_info_line(), arguments, values, command)) return;
  prepare_outputs(values, OutputKind::report, {"report"});
  const auto typeface = command.report.empty() ? nullptr : drawing::open_typeface(command.font);
  const dataset_report::Report report = report_of(datasets::read(command.data, command.reading), command);
  if (command.json)
    runtime::print("{}\n", to_json_text(dataset_report::to_json(report), 2));
  else
    print_text(report, command.labels);
  if (typeface) dataset_report::write_page(command.report, report, *typeface);
  require_readable(report);
}

}  // namespace tagloom::commands
