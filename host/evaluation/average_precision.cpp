#include "evaluation/metrics.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagloom::evaluation {
namespace {

struct Ranked {
  float score = 0;
  bool actual = false;
};

/// One label's average precision; the label must occur.
double average_precision(std::vector<Ranked> images) {
  std::ranges::stable_sort(images, std::greater<>(), &Ranked::score);
  const auto positives = static_cast<double>(std::ranges::count(images, true, &Ranked::actual));
  double sum = 0;
  double hits = 0;
  double counted = 0;
  for (std::size_t i = 0; i < images.size(); ++i) {
    hits += images[i].actual ? 1 : 0;
    if (i + 1 < images.size() && images[i + 1].score == images[i].score) continue;
    sum += (hits - counted) / positives * hits / static_cast<double>(i + 1);
    counted = hits;
  }
  return sum;
}

}  // namespace

double mean_average_precision(std::span<const std::vector<std::int64_t>> targets,
                              std::span<const std::vector<float>> scores, std::int64_t label_count) {
  if (targets.size() != scores.size())
    throw DataError(fmt::format("there are annotated labels of {} images but scores for {}", targets.size(),
                                scores.size()));
  std::vector<std::vector<Ranked>> by_label(static_cast<std::size_t>(label_count));
  for (std::size_t i = 0; i < targets.size(); ++i) {
    for (std::size_t label = 0; label < by_label.size(); ++label)
      by_label[label].push_back({.score = scores[i].at(label)});
    for (const std::int64_t label : targets[i])
      by_label.at(static_cast<std::size_t>(label)).back().actual = true;
  }
  double sum = 0;
  int occurring = 0;
  for (auto& images : by_label) {
    if (std::ranges::none_of(images, &Ranked::actual)) continue;
    sum += average_precision(std::move(images));
    ++occurring;
  }
  return occurring == 0 ? 0 : sum / occurring;
}

}  // namespace tagloom::evaluation
