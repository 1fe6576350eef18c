#pragma once

/// Thresholds that turn a classifier's probabilities into label sets.

#include "evaluation/predict.hpp"

#include <tagloom/datasets/dataset.hpp>

#include <span>
#include <vector>

namespace tagloom::evaluation {

/// For each label the threshold with the best F1 on `samples` (lying halfway between two scores; of equally
/// good ones the highest). A label that no sample has gets the one threshold that is best for all labels
/// together (micro F1). Meant for the validation split: thresholds fitted on what they are judged by flatter.
std::vector<float> fitted_thresholds(std::span<const datasets::Sample> samples,
                                     std::span<const Prediction> predictions, std::int64_t labels);

/// Makes each prediction's labels those that reach their threshold, the most probable first, with their
/// probabilities.
void apply_thresholds(std::span<Prediction> predictions, std::span<const float> thresholds);

}  // namespace tagloom::evaluation
