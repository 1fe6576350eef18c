#pragma once

/// A model's predictions for images of a cache.

#include "models/model.hpp"
#include "search/options.hpp"

#include <tagloom/featurecache/reader.hpp>
#include <tagloom/vocabulary.hpp>

#include <cstdint>
#include <vector>

namespace tagloom::evaluation {

struct PredictOptions {
  /// For models with a decoder.
  search::SearchOptions search;
  /// For a classifier alone: a label is predicted from this probability on, one threshold a label.
  std::vector<float> thresholds;
  std::int64_t batch = 64;
  at::Device device = at::kCPU;
  /// The type of matrix products: float32 or bfloat16.
  at::ScalarType type = at::kFloat;
};

struct Prediction {
  /// Each label once: in the order of emission, or of falling probability from a classifier.
  std::vector<std::int64_t> labels;
  /// `[labels]`: what labels are ranked by for average precision. From a decoder see search::Found; from a
  /// classifier its probabilities.
  std::vector<float> label_scores;
  /// Best first, as many as were asked for; empty from a classifier.
  std::vector<search::Hypothesis> hypotheses;
};

/// Predictions for the images at `rows`. The model is put in evaluation mode and left so. Throws NumericError
/// if its outputs are no numbers, Interrupted between two batches.
std::vector<Prediction> predict(models::Model& model, const featurecache::CacheReader& cache,
                                const std::vector<std::int64_t>& rows, const Vocabulary& vocabulary,
                                const PredictOptions& options);

}  // namespace tagloom::evaluation
