#include "training/epoch_log.hpp"

#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace tagloom::training {
namespace {

constexpr const char* kHead =
    "stage,epoch,loss,learning_rate,seconds,per_class_precision,per_class_recall,per_class_f1,n_plus,"
    "micro_precision,micro_recall,micro_f1,map,best\n";

/// The head and so many lines, without what a full disk or a crash left of another.
std::string first_lines(const std::filesystem::path& path, std::int64_t count) {
  std::error_code ignored;
  if (count == 0 || !std::filesystem::is_regular_file(path, ignored)) return kHead;
  const std::vector<std::byte> bytes = read_file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::size_t end = 0;
  for (; count >= 0 && text.find('\n', end) != std::string_view::npos; --count)
    end = text.find('\n', end) + 1;
  return end == 0 ? kHead : std::string(text.substr(0, end));
}

File begun(const std::filesystem::path& path, const std::string& text) {
  replace_file(path, text);
  return {path, File::Mode::extend};
}

std::string line_of(const EpochReport& report) {
  const evaluation::Metrics& scores = report.selection;
  return fmt::format("{},{},{:.6f},{:.3e},{:.2f},{:.4f},{:.4f},{:.4f},{},{:.4f},{:.4f},{:.4f},{:.4f},{}\n",
                     report.stage, report.epoch, report.loss, report.learning_rate, report.seconds,
                     scores.per_class.precision, scores.per_class.recall, scores.per_class.f1, scores.n_plus,
                     scores.micro.precision, scores.micro.recall, scores.micro.f1,
                     scores.mean_average_precision, report.best ? 1 : 0);
}

}  // namespace

EpochLog::EpochLog(const std::filesystem::path& path, std::int64_t kept)
    : file_(begun(path, first_lines(path, kept))), bytes_(file_.size()) {}

void EpochLog::append(const EpochReport& report) {
  const std::string line = line_of(report);
  file_.write_at(std::as_bytes(std::span(line)), bytes_);
  bytes_ += line.size();
}

}  // namespace tagloom::training
