#pragma once

/// What predictions are worth: all metrics of one split.

#include "evaluation/metrics.hpp"
#include "evaluation/predict.hpp"

#include <tagloom/datasets/dataset.hpp>

#include <span>

namespace tagloom::evaluation {

/// All metrics; average precision where predictions carry scores, bands by the training counts of
/// `statistics`.
Metrics score(std::span<const datasets::Sample> samples, std::span<const Prediction> predictions,
              const LabelStatistics& statistics);

}  // namespace tagloom::evaluation
