#include "evaluation/report.hpp"

#include "evaluation/readable_json.hpp"
#include "runtime/csv_field.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <optional>

namespace tagloom::evaluation {
namespace {

using nlohmann::json;

constexpr int kFormat = 3;

json to_json(const PrecisionRecall& scores) {
  return {{"precision", scores.precision}, {"recall", scores.recall}, {"f1", scores.f1}};
}

json label_scores(const ScoredSplit& row, const Vocabulary& vocabulary) {
  json labels = json::object();
  for (std::size_t i = 0; i < row.metrics.labels.size(); ++i) {
    const LabelScore& score = row.metrics.labels[i];
    labels[vocabulary.labels()[i]] = {
        {"precision", score.precision},           {"recall", score.recall},       {"f1", score.f1},
        {"true_positives", score.true_positives}, {"predicted", score.predicted}, {"actual", score.actual},
        {"train_images", row.train_counts.at(i)}};
  }
  return labels;
}

json names_of(const std::vector<std::int64_t>& labels, const Vocabulary& vocabulary) {
  json names = json::array();
  for (const std::int64_t label : labels)
    names.push_back(vocabulary.label(label));
  return names;
}

/// What `of` gives for each image, by the image's name.
template <class Of>
json by_image(const ScoredSplit& row, const Of& of) {
  json images = json::object();
  for (std::size_t i = 0; i < row.image_names.size(); ++i)
    images[row.image_names[i]] = of(i);
  return images;
}

/// What the model makes of each image; a baseline, which has no probabilities, has labels alone.
void add_predictions(const ScoredSplit& row, const Vocabulary& vocabulary, json& result) {
  result["truth"] = by_image(row, [&](std::size_t i) { return names_of(row.truth[i], vocabulary); });
  result["predictions"] =
      by_image(row, [&](std::size_t i) { return names_of(row.predictions[i].labels, vocabulary); });
  if (row.predictions.empty() || row.predictions.front().label_scores.empty()) return;
  result["probabilities"] =
      by_image(row, [&](std::size_t i) { return short_numbers(row.predictions[i].probabilities); });
  result["scores"] =
      by_image(row, [&](std::size_t i) { return short_numbers(row.predictions[i].label_scores); });
}

json to_json(const PerClassScores& scores) {
  return {{"precision", scores.precision},
          {"recall", scores.recall},
          {"f1", scores.f1},
          {"mean_of_f1", scores.mean_of_f1}};
}

json to_json(const std::vector<BandScores>& bands) {
  json all = json::object();
  for (const BandScores& band : bands)
    all[band.name] = {{"labels", band.labels},
                      {"train_images", {band.fewest, band.most}},
                      {"per_class", to_json(band.per_class)},
                      {"n_plus", band.n_plus}};
  return all;
}

/// All hypotheses by image, where a search returned more than one.
json hypotheses_by_image(const ScoredSplit& row, const Vocabulary& vocabulary) {
  json images = json::object();
  for (std::size_t i = 0; i < row.predictions.size(); ++i) {
    if (row.predictions[i].hypotheses.size() < 2) continue;
    json& list = images[row.image_names[i]];
    for (const search::Hypothesis& hypothesis : row.predictions[i].hypotheses)
      list.push_back({{"labels", names_of(hypothesis.labels, vocabulary)},
                      {"log_prob", hypothesis.log_prob},
                      {"score", hypothesis.score}});
  }
  return images;
}

json to_json(const Reliability& reliability) {
  json bins = json::array();
  const auto count = static_cast<double>(reliability.bins.size());
  for (std::size_t i = 0; i < reliability.bins.size(); ++i) {
    const ReliabilityBin& bin = reliability.bins[i];
    bins.push_back({{"to", static_cast<double>(i + 1) / count},
                    {"labels", bin.labels},
                    {"right", bin.right},
                    {"confidence", bin.confidence}});
  }
  return {{"expected_calibration_error", reliability.expected_calibration_error}, {"bins", bins}};
}

json confidences(const ScoredSplit& row) {
  json all = {{"uncalibrated", to_json(row.uncalibrated)}};
  if (row.calibrated) {
    all["temperature"] = row.calibrated->by.temperature;
    all["bias"] = row.calibrated->by.bias;
    all["calibrated"] = to_json(row.calibrated->reliability);
  }
  return all;
}

json to_json(const ScoredSplit& row, const Vocabulary& vocabulary) {
  const Metrics& metrics = row.metrics;
  json result = {{"model", row.model},
                 {"method", row.method},
                 {"split", row.split},
                 {"search", row.search},
                 {"selected_on", options::word_or_none(row.selected_on)},
                 {"precision", options::word_or_none(row.precision)},
                 {"parameters", row.parameters},
                 {"training", row.record},
                 {"images", metrics.images},
                 {"left_out", row.left_out},
                 {"seconds", row.seconds},
                 {"per_class", to_json(metrics.per_class)},
                 {"micro", to_json(metrics.micro)},
                 {"example_based", to_json(metrics.example_based)},
                 {"n_plus", metrics.n_plus},
                 {"bands", to_json(metrics.bands)},
                 {"labels", label_scores(row, vocabulary)}};
  add_predictions(row, vocabulary, result);
  if (row.finished) result["finished"] = *row.finished;
  if (!row.uncalibrated.bins.empty()) result["confidences"] = confidences(row);
  if (!std::isnan(metrics.mean_average_precision)) result["map"] = metrics.mean_average_precision;
  if (json hypotheses = hypotheses_by_image(row, vocabulary); !hypotheses.empty())
    result["hypotheses"] = std::move(hypotheses);
  return result;
}

}  // namespace

void write_json(const std::filesystem::path& path, const Comparison& comparison, const std::string& command) {
  json document = {{"format", kFormat},
                   {"tagloom", TAGLOOM_VERSION},
                   {"command", command},
                   {"vocabulary", comparison.vocabulary.labels()},
                   {"results", json::array()}};
  for (const ScoredSplit& row : comparison.rows)
    document["results"].push_back(to_json(row, comparison.vocabulary));
  document["failures"] = json::array();
  for (const Failure& failure : comparison.failures)
    document["failures"].push_back(failure.sentence);
  document["not_scored"] = json::array();
  for (const std::filesystem::path& checkpoint : comparison.not_scored)
    document["not_scored"].push_back(checkpoint.string());
  replace_file(path, to_readable_text(document) + '\n');
}

void write_label_table(const std::filesystem::path& path, const Comparison& comparison) {
  std::string text = "model,split,label,train_images,precision,recall,f1,true_positives,predicted,actual\n";
  for (const ScoredSplit& row : comparison.rows) {
    for (std::size_t i = 0; i < row.metrics.labels.size(); ++i) {
      const LabelScore& score = row.metrics.labels[i];
      text += fmt::format("{},{},{},{},{:.4f},{:.4f},{:.4f},{},{},{}\n", runtime::csv_field(row.model),
                          row.split, runtime::csv_field(comparison.vocabulary.labels()[i]),
                          row.train_counts.at(i), score.precision, score.recall, score.f1,
                          score.true_positives, score.predicted, score.actual);
    }
  }
  replace_file(path, text);
}

}  // namespace tagloom::evaluation
