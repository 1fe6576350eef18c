#include "training/epoch_log.hpp"

#include <tagloom/error.hpp>

#include <fmt/format.h>

namespace tagloom::training {

EpochLog::EpochLog(const std::filesystem::path& path) {
  if (path.has_parent_path()) {
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
  }
  file_.open(path, std::ios::trunc);
  if (!file_)
    throw DataError(
        fmt::format("{} cannot be written; check that its folder exists and has room.", path.string()));
  file_ << "epoch,loss,learning_rate,seconds,per_class_precision,per_class_recall,per_class_f1,n_plus,"
           "micro_precision,micro_recall,micro_f1,best\n";
}

void EpochLog::append(const EpochReport& report) {
  const evaluation::Metrics& scores = report.validation;
  file_ << fmt::format("{},{:.6f},{:.3e},{:.2f},{:.4f},{:.4f},{:.4f},{},{:.4f},{:.4f},{:.4f},{}\n",
                       report.epoch, report.loss, report.learning_rate, report.seconds,
                       scores.per_class.precision, scores.per_class.recall, scores.per_class.f1,
                       scores.n_plus, scores.micro.precision, scores.micro.recall, scores.micro.f1,
                       report.best ? 1 : 0)
        << std::flush;
}

}  // namespace tagloom::training
