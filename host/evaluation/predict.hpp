#pragma once

/// A model's predictions for images of a cache, or for features at hand.

#include "models/model.hpp"
#include "runtime/cuda_graph.hpp"
#include "search/options.hpp"

#include <tagloom/featurecache/reader.hpp>
#include <tagloom/vocabulary.hpp>

#include <cstdint>
#include <functional>
#include <string>
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
  /// Whether the batches of a cache are recorded; for a few of them that does not pay.
  runtime::CudaGraph cuda_graph = runtime::CudaGraph::off;
  /// Gets the line that says why nothing is recorded where it should be.
  std::function<void(const std::string&)> note = [](const std::string&) {};
  /// Called before that where a recording failed, for which others may be void (tagloom/nn/recorder.hpp).
  std::function<void()> recording_failed = [] {};
};

struct Prediction {
  /// Each label once: in the order of emission, or of falling probability from a classifier.
  std::vector<std::int64_t> labels;
  /// `[labels]`: what labels are ranked by for average precision. From a decoder see search::Found; from a
  /// classifier its probabilities.
  std::vector<float> label_scores;
  /// How probable the model finds each of `labels`: see search::Hypothesis for a decoder, which gives them
  /// only when asked for, a classifier's is its sigmoid.
  std::vector<float> probabilities;
  /// Best first, as many as were asked for; empty from a classifier.
  std::vector<search::Hypothesis> hypotheses;
};

/// Predictions for one batch of features, of `options.type` and on the model's device. The model should be in
/// evaluation mode; no gradient is recorded. Throws NumericError if its outputs are no numbers, Interrupted
/// after a signal, UsageError for a search that makes no sense.
std::vector<Prediction> predict(models::Model& model, const Features& features, const Vocabulary& vocabulary,
                                const PredictOptions& options);

/// Predictions for the images at `rows`. The model is put in evaluation mode and left so. Throws NumericError
/// if its outputs are no numbers, Interrupted between two batches, UsageError where what is to be recorded
/// cannot be.
std::vector<Prediction> predict(models::Model& model, const featurecache::CacheReader& cache,
                                const std::vector<std::int64_t>& rows, const Vocabulary& vocabulary,
                                const PredictOptions& options);

}  // namespace tagloom::evaluation
