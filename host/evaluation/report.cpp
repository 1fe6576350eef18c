#include "evaluation/report.hpp"

#include <tagloom/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace tagloom::evaluation {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;

json to_json(const PrecisionRecall& scores) {
  return {{"precision", scores.precision}, {"recall", scores.recall}, {"f1", scores.f1}};
}

json label_scores(const std::vector<LabelScore>& scores, const Vocabulary& vocabulary) {
  json labels = json::object();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const LabelScore& score = scores[i];
    labels[vocabulary.labels()[i]] = {
        {"precision", score.precision},           {"recall", score.recall},       {"f1", score.f1},
        {"true_positives", score.true_positives}, {"predicted", score.predicted}, {"actual", score.actual}};
  }
  return labels;
}

json predictions_by_image(const ScoredSplit& row, const Vocabulary& vocabulary) {
  json images = json::object();
  for (std::size_t i = 0; i < row.predictions.size(); ++i) {
    json labels = json::array();
    for (const std::int64_t label : row.predictions[i])
      labels.push_back(vocabulary.label(label));
    images[row.image_names[i]] = std::move(labels);
  }
  return images;
}

json to_json(const ScoredSplit& row, const Vocabulary& vocabulary) {
  const Metrics& metrics = row.metrics;
  return {{"model", row.model},
          {"decoder", row.decoder},
          {"split", row.split},
          {"images", metrics.images},
          {"seconds", row.seconds},
          {"per_class",
           {{"precision", metrics.per_class.precision},
            {"recall", metrics.per_class.recall},
            {"f1", metrics.per_class.f1},
            {"mean_of_f1", metrics.per_class.mean_of_f1}}},
          {"micro", to_json(metrics.micro)},
          {"example_based", to_json(metrics.example_based)},
          {"n_plus", metrics.n_plus},
          {"labels", label_scores(metrics.labels, vocabulary)},
          {"predictions", predictions_by_image(row, vocabulary)}};
}

}  // namespace

std::string table_head() {
  return fmt::format(
      "{:<10} | {:^26} {:>4} | {:^20} | {:^20} | {}\n{:<10} | {:>6} {:>6} {:>6} {:>5} {:>4} | {:>6} {:>6} "
      "{:>6} | {:>6} {:>6} {:>6} |\n",
      "split", "per class", "N+", "per image (micro)", "example-based", "model", "", "P", "R", "F1", "mF1",
      "", "P", "R", "F1", "P", "R", "F1");
}

std::string table_line(const ScoredSplit& row) {
  const Metrics& m = row.metrics;
  return fmt::format(
      "{:<10} | {:.4f} {:.4f} {:.4f} {:.3f} {:>4} | {:.4f} {:.4f} {:.4f} | {:.4f} {:.4f} {:.4f} | {}\n",
      row.split, m.per_class.precision, m.per_class.recall, m.per_class.f1, m.per_class.mean_of_f1, m.n_plus,
      m.micro.precision, m.micro.recall, m.micro.f1, m.example_based.precision, m.example_based.recall,
      m.example_based.f1, row.model);
}

void write_json(const std::filesystem::path& path, const Comparison& comparison) {
  json document = {{"format", kFormat}, {"tagloom", TAGLOOM_VERSION}, {"results", json::array()}};
  for (const ScoredSplit& row : comparison.rows)
    document["results"].push_back(to_json(row, comparison.vocabulary));
  document["failures"] = comparison.failures;
  const std::filesystem::path partial = path.string() + ".partial";
  std::ofstream file(partial);
  file << document.dump(1) << '\n';
  file.close();
  std::error_code failed;
  if (file) std::filesystem::rename(partial, path, failed);
  if (!file || failed)
    throw DataError(
        fmt::format("{} cannot be written; check that its folder exists and has room.", path.string()));
}

}  // namespace tagloom::evaluation
