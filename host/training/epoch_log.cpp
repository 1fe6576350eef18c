#include "training/epoch_log.hpp"

#include <tagloom/error.hpp>

#include <fmt/format.h>

#include <string>
#include <vector>

namespace tagloom::training {
namespace {

std::vector<std::string> first_lines(const std::filesystem::path& path, std::int64_t count) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; static_cast<std::int64_t>(lines.size()) < count && std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

}  // namespace

EpochLog::EpochLog(const std::filesystem::path& path, std::int64_t kept) : path_(path) {
  if (path.has_parent_path()) {
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
  }
  const std::vector<std::string> earlier = first_lines(path, kept > 0 ? kept + 1 : 0);
  file_.open(path, std::ios::trunc);
  if (!file_)
    throw DataError(
        fmt::format("{} cannot be written; check that its folder exists and has room.", path.string()));
  for (const std::string& line : earlier)
    file_ << line << '\n';
  if (earlier.empty())
    file_
        << "stage,epoch,loss,learning_rate,seconds,per_class_precision,per_class_recall,per_class_f1,n_plus,"
           "micro_precision,micro_recall,micro_f1,map,best\n";
}

void EpochLog::append(const EpochReport& report) {
  const evaluation::Metrics& scores = report.selection;
  file_ << fmt::format("{},{},{:.6f},{:.3e},{:.2f},{:.4f},{:.4f},{:.4f},{},{:.4f},{:.4f},{:.4f},{:.4f},{}\n",
                       report.stage, report.epoch, report.loss, report.learning_rate, report.seconds,
                       scores.per_class.precision, scores.per_class.recall, scores.per_class.f1,
                       scores.n_plus, scores.micro.precision, scores.micro.recall, scores.micro.f1,
                       scores.mean_average_precision, report.best ? 1 : 0)
        << std::flush;
  if (!file_)
    throw DataError(fmt::format(
        "The log {} cannot be written; make room on its disk. The best checkpoint so far is kept.",
        path_.string()));
}

}  // namespace tagloom::training
