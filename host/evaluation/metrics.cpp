#include "evaluation/metrics.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>

namespace tagloom::evaluation {
namespace {

/// The reference implementations' guard against 0/0; kept so that figures agree with theirs to the last
/// digit.
constexpr double kEpsilon = 1e-7;

using LabelSets = std::span<const std::vector<std::int64_t>>;

double real(std::int64_t count) {
  return static_cast<double>(count);
}

double guarded_ratio(std::int64_t part, std::int64_t whole) {
  return real(part) / (real(whole) + kEpsilon);
}

double harmonic_mean(double a, double b) {
  return 2.0 * a * b / (a + b + kEpsilon);
}

/// Marks the labels of one set; `what` names it in errors.
std::vector<bool> membership(const std::vector<std::int64_t>& labels, std::int64_t label_count,
                             std::string_view what, std::size_t image) {
  std::vector<bool> member(static_cast<std::size_t>(label_count));
  for (const auto label : labels) {
    if (label < 0 || label >= label_count) {
      throw DataError(fmt::format("the {} labels of image {} hold {}, but there are only {} labels", what,
                                  image, label, label_count));
    }
    if (member[static_cast<std::size_t>(label)]) {
      throw DataError(fmt::format("the {} labels of image {} hold {} twice", what, image, label));
    }
    member[static_cast<std::size_t>(label)] = true;
  }
  return member;
}

PrecisionRecall score_image(std::int64_t hits, std::size_t predicted, std::size_t actual) {
  if (predicted == 0 && actual == 0) return {1.0, 1.0, 1.0};
  const double h = real(hits);
  return {predicted == 0 ? 0.0 : h / static_cast<double>(predicted),
          actual == 0 ? 0.0 : h / static_cast<double>(actual),
          2.0 * h / static_cast<double>(predicted + actual)};
}

PrecisionRecall micro_scores(const std::vector<LabelScore>& labels) {
  LabelScore total;
  for (const auto& label : labels) {
    total.true_positives += label.true_positives;
    total.predicted += label.predicted;
    total.actual += label.actual;
  }
  const double precision = guarded_ratio(total.true_positives, total.predicted);
  const double recall = guarded_ratio(total.true_positives, total.actual);
  return {precision, recall, harmonic_mean(precision, recall)};
}

PerClassScores per_class_scores(std::span<const LabelScore> labels) {
  PerClassScores mean;
  for (const auto& label : labels) {
    mean.precision += label.precision;
    mean.recall += label.recall;
    mean.mean_of_f1 += label.f1;
  }
  const auto count = static_cast<double>(std::max<std::size_t>(labels.size(), 1));
  mean.precision /= count;
  mean.recall /= count;
  mean.mean_of_f1 /= count;
  mean.f1 = harmonic_mean(mean.precision, mean.recall);
  return mean;
}

}  // namespace

Metrics compute_metrics(LabelSets targets, LabelSets predictions, std::int64_t label_count) {
  if (targets.size() != predictions.size()) {
    throw DataError(fmt::format("there are annotated labels of {} images but predictions for {}",
                                targets.size(), predictions.size()));
  }
  Metrics metrics;
  metrics.images = static_cast<std::int64_t>(targets.size());
  metrics.labels.resize(static_cast<std::size_t>(label_count));
  for (std::size_t image = 0; image < targets.size(); ++image) {
    const auto actual = membership(targets[image], label_count, "annotated", image);
    const auto predicted = membership(predictions[image], label_count, "predicted", image);
    std::int64_t hits = 0;
    for (std::size_t label = 0; label < metrics.labels.size(); ++label) {
      auto& score = metrics.labels[label];
      if (actual[label]) ++score.actual;
      if (predicted[label]) ++score.predicted;
      if (actual[label] && predicted[label]) {
        ++score.true_positives;
        ++hits;
      }
    }
    const auto own = score_image(hits, predictions[image].size(), targets[image].size());
    metrics.example_based.precision += own.precision / real(metrics.images);
    metrics.example_based.recall += own.recall / real(metrics.images);
    metrics.example_based.f1 += own.f1 / real(metrics.images);
  }
  score_counts(metrics);
  return metrics;
}

void score_counts(Metrics& metrics) {
  metrics.n_plus = 0;
  for (auto& label : metrics.labels) {
    label.precision = guarded_ratio(label.true_positives, label.predicted);
    label.recall = guarded_ratio(label.true_positives, label.actual);
    label.f1 = harmonic_mean(label.precision, label.recall);
    if (label.true_positives > 0) ++metrics.n_plus;
  }
  metrics.per_class = per_class_scores(metrics.labels);
  metrics.micro = micro_scores(metrics.labels);
}

std::vector<BandScores> frequency_bands(const std::vector<LabelScore>& labels,
                                        const std::vector<std::int64_t>& train_counts) {
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t label) { return train_counts.at(label); });
  std::vector<BandScores> bands;
  for (const auto& [name, third] : {std::pair{"rare", 0}, {"middle", 1}, {"frequent", 2}}) {
    const std::size_t first = order.size() * static_cast<std::size_t>(third) / 3;
    const std::size_t last = order.size() * static_cast<std::size_t>(third + 1) / 3;
    if (first == last) continue;
    std::vector<LabelScore> members;
    for (std::size_t i = first; i < last; ++i)
      members.push_back(labels[order[i]]);
    bands.push_back({.name = name,
                     .labels = static_cast<std::int64_t>(members.size()),
                     .fewest = train_counts[order[first]],
                     .most = train_counts[order[last - 1]],
                     .per_class = per_class_scores(members),
                     .n_plus = std::ranges::count_if(
                         members, [](const LabelScore& score) { return score.true_positives > 0; })});
  }
  return bands;
}

std::vector<std::int64_t> frequent_labels_baseline(const LabelStatistics& statistics, std::int64_t count) {
  std::vector<std::int64_t> labels(statistics.counts.size());
  std::iota(labels.begin(), labels.end(), std::int64_t{0});
  std::ranges::stable_sort(labels, [&](std::int64_t a, std::int64_t b) {
    return statistics.counts[static_cast<std::size_t>(a)] > statistics.counts[static_cast<std::size_t>(b)];
  });
  labels.resize(std::min(labels.size(), static_cast<std::size_t>(std::max<std::int64_t>(count, 0))));
  return labels;
}

std::int64_t rounded_mean_labels(const LabelStatistics& statistics, std::int64_t images) {
  const auto labels = std::accumulate(statistics.counts.begin(), statistics.counts.end(), std::int64_t{0});
  return std::max<std::int64_t>(1, images == 0 ? 1 : std::llround(real(labels) / real(images)));
}

}  // namespace tagloom::evaluation
