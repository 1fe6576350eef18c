#include "experiment/results.hpp"

#include "experiment/bound.hpp"
#include "results/same_images.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tagloom::experiment {
namespace {

/// "bands.rare.per_class.f1" in a result.
std::optional<double> figure_in(const nlohmann::json& result, const std::string& name) {
  std::string pointer = "/" + name;
  std::ranges::replace(pointer, '.', '/');
  const nlohmann::json::json_pointer place(pointer);
  if (!result.contains(place) || !result.at(place).is_number()) return std::nullopt;
  return result.at(place).get<double>();
}

Scored scored(results::Result result, std::uint64_t seed) {
  Scored scored{.seed = seed};
  for (const std::string& name : known_figures())
    if (const auto value = figure_in(result.json, name)) scored.figures[name] = *value;
  if (const auto training = result.json.find("training"); training != result.json.end())
    scored.epoch = training->value("epoch", "");
  // What else there is, of all images of all runs, would fill the memory.
  result.json = nullptr;
  result.probabilities = {};
  result.scores = {};
  scored.result = std::move(result);
  return scored;
}

/// The row that a result belongs to, made if it is the first.
ResultRow& row_for(std::vector<ResultRow>& rows, const ResultRow& like) {
  for (ResultRow& row : rows)
    if (row.method == like.method && row.variant == like.variant && row.search == like.search &&
        row.split == like.split)
      return row;
  rows.push_back(like);
  return rows.back();
}

/// What a cell's result file has of the row's split; the most frequent labels, which every file begins with,
/// are no run.
void add_runs(ResultRow& row, const Cell& cell, const std::filesystem::path& path, Workshop& workshop) {
  const Vocabulary& vocabulary = workshop.inputs().data_of(cell).vocabulary;
  row.labels = vocabulary.size();
  for (results::Result& result : results::renumbered(results::read_results(path), vocabulary))
    if (result.split == row.split && !result.is_baseline()) {
      row.runs.push_back(scored(std::move(result), cell.seed));
      // Below the experiment's folder it is models/CELL.KEY/scored.SEARCH.json.
      row.runs.back().file =
          path.lexically_relative(path.parent_path().parent_path().parent_path()).generic_string();
    }
}

/// Without runs.
ResultRow row_like(const Experiment& experiment, const Cell& cell, const Search& search,
                   const std::string& split) {
  return {.method = cell.method,
          .variant = cell.variant,
          .search = search.name,
          .split = split,
          .selected_on = options::word_for(cell.config.select_on),
          .runs = {},
          .seeds = named(experiment.variants, cell.variant).seeds.size()};
}

/// Not where each seed has validation images of its own.
bool of_the_same_images(const ResultRow& row, const ResultRow& other) {
  try {
    for (const auto* runs : {&row.runs, &other.runs})
      for (const Scored& run : *runs)
        results::require_same_images(row.runs.front().result, run.result);
    return true;
  } catch (const DataError&) {
    return false;
  }
}

std::vector<statistics::LabelSets> predictions_of(const ResultRow& row) {
  std::vector<statistics::LabelSets> all;
  for (const Scored& run : row.runs)
    all.push_back(run.result.predictions);
  return all;
}

/// Null if there is none.
const ResultRow* baseline_of(const std::vector<ResultRow>& rows, const ResultRow& row,
                             const std::string& baseline) {
  const ResultRow* found = nullptr;
  for (const ResultRow& other : rows) {
    if (other.method != baseline || other.variant != row.variant || other.split != row.split) continue;
    if (found == nullptr || other.search == row.search) found = &other;
  }
  return found;
}

void compare_with_baseline(const Experiment& experiment, std::vector<ResultRow>& rows) {
  if (experiment.baseline.empty()) return;
  for (ResultRow& row : rows) {
    if (row.method == experiment.baseline) continue;
    const ResultRow* const baseline = baseline_of(rows, row, experiment.baseline);
    if (baseline == nullptr || baseline->runs.empty() || row.runs.empty()) continue;
    if (!of_the_same_images(*baseline, row)) continue;
    row.comparison = statistics::paired_bootstrap(
        {row.runs.front().result.truth, predictions_of(*baseline), predictions_of(row), row.labels});
  }
}

/// The split that bounds are about.
std::string main_split(const ResultRow& row, const std::vector<ResultRow>& rows) {
  std::string first;
  for (const ResultRow& other : rows) {
    if (other.variant != row.variant) continue;
    if (first.empty() || other.split == "test") first = other.split;
  }
  return first;
}

}  // namespace

std::optional<MeanAndSpread> ResultRow::of(const std::string& figure) const {
  std::vector<double> values;
  for (const Scored& run : runs)
    if (const auto value = run.figures.find(figure); value != run.figures.end())
      values.push_back(value->second);
  if (values.empty()) return std::nullopt;
  MeanAndSpread result;
  const auto count = static_cast<double>(values.size());
  for (const double value : values)
    result.mean += value / count;
  double squares = 0;
  for (const double value : values)
    squares += (value - result.mean) * (value - result.mean);
  if (values.size() > 1) result.deviation = std::sqrt(squares / (count - 1));
  return result;
}

std::vector<ResultRow> gathered(const Experiment& experiment, const std::vector<Cell>& cells,
                                Workshop& workshop) {
  std::vector<ResultRow> rows;
  for (const char* split : {"test", "validation", "train"})
    for (const Cell& cell : cells) {
      if (std::ranges::find(cell.splits, split) == cell.splits.end()) continue;
      for (const Search& search : cell.searches) {
        ResultRow& row = row_for(rows, row_like(experiment, cell, search, split));
        if (const auto path = workshop.result_of(cell, search)) add_runs(row, cell, *path, workshop);
      }
    }
  compare_with_baseline(experiment, rows);
  return rows;
}

std::vector<std::string> missed_bounds(const Experiment& experiment, const std::vector<ResultRow>& rows) {
  std::vector<std::string> missed;
  for (const Bound& bound : experiment.require) {
    // Nothing is said of what is not there yet.
    bool known = false;
    for (const ResultRow& row : rows) {
      if (!bound.method.empty() && row.method != bound.method) continue;
      known = known || row.runs.empty();
      const auto value = row.of(bound.figure);
      if (!value || row.split != main_split(row, rows)) continue;
      known = true;
      if (!holds(bound, value->mean))
        missed.push_back(fmt::format("{} is required, but {}{}{} has {:.4f} ({}, {})", bound.text, row.method,
                                     row.variant.empty() ? "" : ", ", row.variant, value->mean, row.search,
                                     row.split));
    }
    if (!known) missed.push_back(fmt::format("{} is required, but there is no such figure", bound.text));
  }
  return missed;
}

}  // namespace tagloom::experiment
