#pragma once

/// Whether a confidence of 0.8 is right eight times in ten, and the temperature that makes it so: Guo,
/// Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", ICML 2017 (temperature scaling,
/// section 4.2; expected calibration error, section 2). There one class is right; here an emitted label is,
/// if the image has it.

#include "checkpoint/calibration.hpp"
#include "evaluation/predict.hpp"
#include "models/model.hpp"

#include <tagloom/datasets/dataset.hpp>
#include <tagloom/featurecache/reader.hpp>
#include <tagloom/vocabulary.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tagloom::evaluation {

/// Emitted labels of like confidence.
struct ReliabilityBin {
  std::int64_t labels = 0;
  /// Of them, those that their image has.
  std::int64_t right = 0;
  /// Their mean; 0 in an empty bin.
  double confidence = 0;
};

struct Reliability {
  /// Of equal width, from 0 to 1; a confidence on an edge belongs to the lower bin.
  std::vector<ReliabilityBin> bins;
  /// The mean distance between the share of right labels and the mean confidence of a bin, weighted by the
  /// bins' labels; 0 where there are none.
  double expected_calibration_error = 0;
};

inline constexpr std::size_t kReliabilityBins = 15;

/// Of all labels that were predicted, by their confidences under one of the temperatures that `predict` was
/// asked for.
Reliability reliability(std::span<const datasets::Sample> samples, std::span<const Prediction> predictions,
                        std::size_t temperature);

/// Fits the temperature on samples that took no part in training: the least negative log likelihood of "the
/// image has the label", of the labels that a decoder emits, and of all labels of a classifier alone
/// (sigmoid(z / T)), whose thresholds hide most of them. From 0.1 to 10. `options` are those that the model
/// is used with. Throws what `predict` throws.
checkpoint::Calibration calibrate(models::Model& model, const featurecache::CacheReader& cache,
                                  std::span<const datasets::Sample> samples, const Vocabulary& vocabulary,
                                  PredictOptions options);

/// Where a smooth function of the temperature is least, from its values at rising temperatures: the lowest
/// point of the parabola, over the temperature's logarithm, through the least value and its two neighbours.
double least_at(std::span<const double> temperatures, std::span<const double> values);

}  // namespace tagloom::evaluation
