#include "evaluation/scored_split.hpp"

#include <fmt/format.h>

namespace tagloom::evaluation {
namespace {

/// Nothing in checkpoints of the time before runs recorded it.
std::optional<bool> finished(const std::map<std::string, std::string>& record) {
  const auto found = record.find("finished");
  if (found == record.end() || !record.contains("epoch") || !record.contains("epochs")) return std::nullopt;
  return found->second == "yes";
}

}  // namespace

ScoredSplit row_for(const CarvedData& carved, const std::string& split) {
  ScoredSplit row{.split = split};
  for (const datasets::Sample& sample : carved.samples_of(split)) {
    row.image_names.push_back(sample.image_name);
    row.truth.push_back(sample.labels);
  }
  const auto left_out = carved.left_out.find(split);
  if (left_out != carved.left_out.end()) row.left_out = left_out->second;
  return row;
}

ScoredSplit baseline_row(const CarvedData& carved, const std::string& split) {
  const std::int64_t count = rounded_mean_labels(carved.statistics, carved.train_images);
  ScoredSplit row = row_for(carved, split);
  row.model = fmt::format("always the {} most frequent labels", count);
  row.predictions.assign(row.image_names.size(),
                         {.labels = frequent_labels_baseline(carved.statistics, count)});
  return row;
}

void describe(ScoredSplit& row, const checkpoint::Checkpoint& checkpoint, const models::Model& model) {
  row.method = checkpoint.model.name();
  // Format 1 knew no other.
  const auto selected_on = checkpoint.record.find("select_on");
  row.selected_on = selected_on == checkpoint.record.end() ? SelectOn::validation
                                                           : options::named_by<SelectOn>(selected_on->second);
  row.parameters = model.parameter_count();
  row.record = checkpoint.record;
  row.finished = finished(row.record);
}

void add_reliability(ScoredSplit& row, const CarvedData& carved,
                     const std::optional<checkpoint::Calibration>& calibration) {
  const auto& samples = carved.samples_of(row.split);
  row.uncalibrated = reliability(samples, row.predictions, {});
  if (calibration)
    row.calibrated = {.by = *calibration, .reliability = reliability(samples, row.predictions, *calibration)};
}

std::string search_name(const models::Model& model, const search::SearchOptions& search) {
  if (model.decoder() == nullptr) return "threshold";
  return search.beam_width == 1 ? "greedy" : fmt::format("beam {}", search.beam_width);
}

}  // namespace tagloom::evaluation
