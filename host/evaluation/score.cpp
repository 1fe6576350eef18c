#include "evaluation/score.hpp"

namespace tagloom::evaluation {

Metrics score(std::span<const datasets::Sample> samples, std::span<const Prediction> predictions,
              const LabelStatistics& statistics) {
  std::vector<std::vector<std::int64_t>> targets;
  std::vector<std::vector<std::int64_t>> predicted;
  std::vector<std::vector<float>> label_scores;
  for (const datasets::Sample& sample : samples)
    targets.push_back(sample.labels);
  for (const Prediction& prediction : predictions) {
    predicted.push_back(prediction.labels);
    if (!prediction.label_scores.empty()) label_scores.push_back(prediction.label_scores);
  }
  const std::int64_t labels = statistics.vocabulary.size();
  Metrics metrics = compute_metrics(targets, predicted, labels);
  if (!targets.empty() && label_scores.size() == targets.size())
    metrics.mean_average_precision = mean_average_precision(targets, label_scores, labels);
  metrics.bands = frequency_bands(metrics.labels, statistics.counts);
  return metrics;
}

}  // namespace tagloom::evaluation
