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
  if (epochs < 2 || result.best_epoch != 1) return {};
  const double baseline = baseline_score(inputs);
  if (result.best_score >= baseline) return {};
  return fmt::format(
      "The model learnt nothing: of {} epochs the first is the best, and its per-class F1 of {:.4f} is below "
      "the {:.4f} of always predicting the most frequent labels. Try more images, more --epochs or "
      "another --learning-rate.",
      epochs, result.best_score, baseline);
}

}  // namespace tagloom::training
