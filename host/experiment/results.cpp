#include "experiment/results.hpp"

#include "experiment/bound.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tagloom::experiment {
namespace {

using Json = nlohmann::ordered_json;

/// "bands.rare.per_class.f1" in a result.
std::optional<double> figure_in(const Json& result, const std::string& name) {
  std::string pointer = "/" + name;
  std::ranges::replace(pointer, '.', '/');
  const Json::json_pointer place(pointer);
  if (!result.contains(place) || !result.at(place).is_number()) return std::nullopt;
  return result.at(place).get<double>();
}

Scored scored_in(const Json& result, std::uint64_t seed) {
  Scored scored{.seed = seed};
  for (const std::string& name : known_figures())
    if (const auto value = figure_in(result, name)) scored.figures[name] = *value;
  scored.epoch = result.at("training").value("epoch", "");
  result.at("predictions").get_to(scored.predictions);
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

/// The labels of each image by name, whichever split it is in.
std::map<std::string, const datasets::Sample*> by_name(const datasets::Dataset& data) {
  std::map<std::string, const datasets::Sample*> samples;
  for (const auto* split : {&data.train, &data.validation, &data.test})
    for (const datasets::Sample& sample : *split)
      samples.emplace(sample.image_name, &sample);
  return samples;
}

/// Label sets of all runs of two rows on the same images, by number of label.
struct Matched {
  statistics::LabelSets truth;
  std::vector<statistics::LabelSets> first;
  std::vector<statistics::LabelSets> second;
};

class Matcher {
 public:
  explicit Matcher(const datasets::Dataset& data) : data_(data), samples_(by_name(data)) {
    for (std::int64_t label = 0; label < data.vocabulary.size(); ++label)
      numbers_[data.vocabulary.label(label)] = label;
  }

  /// Nothing if the runs are not all of the same images, or of images that the data set has not.
  [[nodiscard]] std::optional<Matched> match(const ResultRow& first, const ResultRow& second) const {
    Matched matched;
    const auto& images = first.runs.front().predictions;
    for (const auto& [image, unused] : images) {
      const auto sample = samples_.find(image);
      if (sample == samples_.end()) return std::nullopt;
      matched.truth.push_back(sample->second->labels);
    }
    for (const auto& [row, sets] : {std::pair(&first, &matched.first), std::pair(&second, &matched.second)})
      for (const Scored& run : row->runs) {
        if (!std::ranges::equal(run.predictions, images, {}, Name(), Name())) return std::nullopt;
        sets->push_back(label_sets(run));
      }
    return matched;
  }

 private:
  struct Name {
    const std::string& operator()(const auto& entry) const { return entry.first; }
  };
  [[nodiscard]] statistics::LabelSets label_sets(const Scored& run) const {
    statistics::LabelSets sets;
    for (const auto& [image, labels] : run.predictions) {
      std::vector<std::int64_t>& numbers = sets.emplace_back();
      for (const std::string& label : labels)
        // A label that is emitted twice counts once.
        if (const std::int64_t number = numbers_.at(label);
            std::ranges::find(numbers, number) == numbers.end())
          numbers.push_back(number);
    }
    return sets;
  }

  const datasets::Dataset& data_;
  std::map<std::string, const datasets::Sample*> samples_;
  std::map<std::string, std::int64_t> numbers_;
};

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

/// The data set that the cells of a row are of.
const datasets::Dataset& data_of(const ResultRow& row, const std::vector<Cell>& cells, Workshop& workshop) {
  const auto cell = std::ranges::find_if(
      cells, [&](const Cell& known) { return known.method == row.method && known.variant == row.variant; });
  return workshop.inputs().data_of(*cell);
}

void compare_with_baseline(const Experiment& experiment, const std::vector<Cell>& cells, Workshop& workshop,
                           std::vector<ResultRow>& rows) {
  if (experiment.baseline.empty()) return;
  for (ResultRow& row : rows) {
    if (row.method == experiment.baseline) continue;
    const ResultRow* const baseline = baseline_of(rows, row, experiment.baseline);
    if (baseline == nullptr || baseline->runs.empty() || row.runs.empty()) continue;
    const datasets::Dataset& data = data_of(row, cells, workshop);
    if (const auto matched = Matcher(data).match(*baseline, row))
      row.comparison = statistics::paired_bootstrap(
          {matched->truth, matched->first, matched->second, data.vocabulary.size()});
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
        const auto document = workshop.result_of(cell, search);
        for (const Json& result : document ? document->at("results") : Json::array())
          // The most frequent labels, which every result begins with, have no method.
          if (result.at("split") == split && result.value("method", "") != "")
            row.runs.push_back(scored_in(result, cell.seed));
      }
    }
  compare_with_baseline(experiment, cells, workshop, rows);
  return rows;
}

std::vector<std::string> missed_bounds(const Experiment& experiment, const std::vector<ResultRow>& rows) {
  std::vector<std::string> missed;
  for (const Bound& bound : experiment.require) {
    bool known = false;
    for (const ResultRow& row : rows) {
      if (!bound.method.empty() && row.method != bound.method) continue;
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
