#include "training/hindsight.hpp"

#include "evaluation/metrics.hpp"
#include "evaluation/score.hpp"

#include <fmt/format.h>

namespace tagloom::training {
namespace {

double baseline_score(const Inputs& inputs) {
  const std::int64_t count = evaluation::rounded_mean_labels(inputs.statistics, inputs.train_images());
  const evaluation::Prediction always{.labels =
                                          evaluation::frequent_labels_baseline(inputs.statistics, count)};
  const std::vector<evaluation::Prediction> predictions(inputs.selection.size(), always);
  return evaluation::score(inputs.selection, predictions, inputs.statistics).per_class.f1;
}

}  // namespace

std::string hindsight(const Inputs& inputs, const TrainResult& result, std::int64_t epochs) {
  // A single epoch is a first try.
  if (epochs < 2) return {};
  const double baseline = baseline_score(inputs);
  // Near the baseline, chance decides on which side of it a score lies.
  constexpr double kClearlyBelow = 0.9;
  if (result.best_score >= kClearlyBelow * baseline) return {};
  return fmt::format(
      "The model learnt {}: of {} epochs epoch {} is the best, and its per-class F1 of {:.4f} is below the "
      "{:.4f} of always predicting the most frequent labels. Try more images, more --epochs or another "
      "--learning-rate.",
      result.best_epoch == 1 ? "nothing" : "little", epochs, result.best_epoch, result.best_score, baseline);
}

}  // namespace tagloom::training
