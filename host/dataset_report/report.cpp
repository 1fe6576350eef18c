#include "dataset_report/report.hpp"

#include <tagloom/datasets/spelling.hpp>

#include <fmt/format.h>

#include <utility>

namespace tagloom::dataset_report {
namespace {

std::string oddity_text(datasets::Oddity oddity, const datasets::PictureFacts& facts) {
  switch (oddity) {
    case datasets::Oddity::tiny:
      return "tiny";
    case datasets::Oddity::narrow:
      return "narrow";
    case datasets::Oddity::misnamed:
      return fmt::format("{} by another name", datasets::to_text(facts.format));
    case datasets::Oddity::huge:
      return "too large to decode";
  }
  return "";
}

}  // namespace

Report report_of(datasets::Dataset data, const ReportOptions& options) {
  Report report{.data = std::move(data)};
  report.labels = datasets::survey_labels(report.data);
  if (!options.images) return report;
  report.other_spellings = datasets::find_other_spellings(report.data);
  report.pictures = datasets::survey_pictures(
      report.data, {.decode = options.thumbnails, .threads = options.threads, .step = options.step});
  return report;
}

std::string oddities_text(const datasets::PictureFacts& facts) {
  std::string text;
  for (const datasets::Oddity oddity : facts.oddities)
    text += (text.empty() ? "" : ", ") + oddity_text(oddity, facts);
  return text;
}

}  // namespace tagloom::dataset_report
