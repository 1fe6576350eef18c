#include "evaluation/thresholds.hpp"

#include <algorithm>
#include <limits>

namespace tagloom::evaluation {
namespace {

/// One image-label pair.
struct Scored {
  float score = 0;
  bool actual = false;
};

float best_threshold(std::vector<Scored> pairs) {
  std::ranges::stable_sort(pairs, std::greater<>(), &Scored::score);
  const auto positives = static_cast<double>(std::ranges::count(pairs, true, &Scored::actual));
  double best = 0;
  float threshold = std::numeric_limits<float>::infinity();
  double hits = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    hits += pairs[i].actual ? 1 : 0;
    const float below = i + 1 < pairs.size() ? pairs[i + 1].score : 0;
    // Equal scores fall on the same side.
    if (i + 1 < pairs.size() && below == pairs[i].score) continue;
    const double f1 = 2 * hits / (static_cast<double>(i + 1) + positives);
    if (f1 > best) {
      best = f1;
      threshold = (pairs[i].score + below) / 2;
    }
  }
  return threshold;
}

}  // namespace

std::vector<float> fitted_thresholds(std::span<const datasets::Sample> samples,
                                     std::span<const Prediction> predictions, std::int64_t labels) {
  std::vector<std::vector<Scored>> by_label(static_cast<std::size_t>(labels));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    for (std::size_t label = 0; label < by_label.size(); ++label)
      by_label[label].push_back({.score = predictions[i].label_scores[label]});
    for (const std::int64_t label : samples[i].labels)
      by_label[static_cast<std::size_t>(label)].back().actual = true;
  }
  std::vector<Scored> all;
  for (const auto& pairs : by_label)
    all.insert(all.end(), pairs.begin(), pairs.end());
  const float shared = best_threshold(std::move(all));
  std::vector<float> thresholds;
  for (auto& pairs : by_label) {
    const bool seen = std::ranges::any_of(pairs, &Scored::actual);
    thresholds.push_back(seen ? best_threshold(std::move(pairs)) : shared);
  }
  return thresholds;
}

void apply_thresholds(std::span<Prediction> predictions, std::span<const float> thresholds) {
  for (Prediction& prediction : predictions) {
    const std::vector<float>& scores = prediction.label_scores;
    prediction.labels.clear();
    for (std::size_t label = 0; label < thresholds.size(); ++label) {
      if (scores[label] >= thresholds[label]) prediction.labels.push_back(static_cast<std::int64_t>(label));
    }
    std::ranges::stable_sort(prediction.labels, std::greater<>(),
                             [&](std::int64_t label) { return scores[static_cast<std::size_t>(label)]; });
    prediction.probabilities.clear();
    for (const std::int64_t label : prediction.labels)
      prediction.probabilities.push_back(scores[static_cast<std::size_t>(label)]);
  }
}

}  // namespace tagloom::evaluation
