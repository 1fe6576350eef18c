#pragma once

/// Whether a confidence of 0.8 is right eight times in ten, and what makes it so. A label is right if the
/// image has it.
///
/// The confidence of a label is sigmoid(logit(p) / T + b), p being the model's own probability: Platt,
/// "Probabilistic Outputs for Support Vector Machines", 1999; with b = 0 it is temperature scaling (Guo,
/// Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", ICML 2017), whose expected
/// calibration error this is. A decoder shares its softmax among several right labels, and asymmetric losses
/// move all logits: without b neither comes near what it should.

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

/// Predicted labels of like confidence.
struct ReliabilityBin {
  std::int64_t labels = 0;
  /// Those among them that their image has.
  std::int64_t right = 0;
  /// Their mean; 0 in an empty bin.
  double confidence = 0;
};

struct Reliability {
  /// Equally wide, from 0 to 1; a confidence on an edge belongs to the lower bin.
  std::vector<ReliabilityBin> bins;
  /// The mean distance between the share of right labels and the mean confidence of a bin, weighted by the
  /// bins' labels; 0 where there are none.
  double expected_calibration_error = 0;
};

inline constexpr std::size_t kReliabilityBins = 15;

/// Looks at all labels that were predicted, with their probabilities.
Reliability reliability(std::span<const datasets::Sample> samples, std::span<const Prediction> predictions,
                        const checkpoint::Calibration& calibration);

/// A label that a model could predict.
struct Judged {
  double logit = 0;
  /// Whether the image has it.
  bool right = false;
};

struct Scaling {
  double temperature = 1;
  double bias = 0;
};

/// The least negative log likelihood of `right`, by Newton's method. It is held, as if by one more label, to
/// what it would be without any: where there is little to learn from, probabilities stay as they are. The
/// temperature is at most 10.
Scaling fitted(std::span<const Judged> labels);

/// Fits on samples that took no part in training: on the labels that a decoder emits; on all labels of a
/// classifier alone, whose thresholds hide most of them. `options` are those that the model is used with.
/// Throws what `predict` throws.
checkpoint::Calibration calibrate(models::Model& model, const featurecache::CacheReader& cache,
                                  std::span<const datasets::Sample> samples, const Vocabulary& vocabulary,
                                  PredictOptions options);

}  // namespace tagloom::evaluation
