#include "training/event_log.hpp"

#include "runtime/markdown.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace tagloom::training {
namespace {

std::string as_markdown(const runtime::Settings& settings) {
  std::string table = "| setting | value |\n| --- | --- |\n";
  for (const auto& [name, value] : settings)
    table += fmt::format("| {} | {} |\n", runtime::in_markdown(name), runtime::in_markdown(value));
  return table;
}

std::string before_names(std::string_view stage, std::string_view kind) {
  return fmt::format("{}{}/", stage == "concepts" ? "concepts/" : "", kind);
}

}  // namespace

EventLog::EventLog(const std::filesystem::path& folder, std::int64_t first_step,
                   const runtime::Settings& settings)
    : file_(folder, first_step) {
  file_.write_text(first_step, "hyperparameters/text_summary", as_markdown(settings));
}

void EventLog::write_point(const Point& point) {
  const Progress& now = point.progress;
  const std::string before = before_names(point.stage, "step");
  file_.write_scalars(
      point.step,
      std::array{EventFile::Scalar{before + "loss", (now.loss_sum - last_.loss_sum) /
                                                        static_cast<double>(now.batches - last_.batches)},
                 EventFile::Scalar{before + "learning_rate", point.learning_rate}});
  last_ = now;
}

void EventLog::write_epoch(const EpochReport& report, std::int64_t step) {
  const evaluation::Metrics& scores = report.selection;
  std::array scalars{EventFile::Scalar{"loss", report.loss},
                     EventFile::Scalar{"learning_rate", report.learning_rate},
                     EventFile::Scalar{"seconds", report.seconds},
                     EventFile::Scalar{"per_class_precision", scores.per_class.precision},
                     EventFile::Scalar{"per_class_recall", scores.per_class.recall},
                     EventFile::Scalar{"per_class_f1", scores.per_class.f1},
                     EventFile::Scalar{"n_plus", static_cast<double>(scores.n_plus)},
                     EventFile::Scalar{"micro_precision", scores.micro.precision},
                     EventFile::Scalar{"micro_recall", scores.micro.recall},
                     EventFile::Scalar{"micro_f1", scores.micro.f1},
                     EventFile::Scalar{"map", scores.mean_average_precision}};
  for (EventFile::Scalar& scalar : scalars)
    scalar.name = before_names(report.stage, "epoch") + scalar.name;
  file_.write_scalars(step, scalars);
}

}  // namespace tagloom::training
