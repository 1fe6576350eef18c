#pragma once

/// A model's predictions batch after batch, such as the host makes them for all images of a split. What the
/// batches of a shape make a GPU do is recorded as a CUDA graph and launched as one.

#include "evaluation/predict.hpp"
#include "search/search.hpp"

#include <tagloom/nn/recorded_calls.hpp>
#include <tagloom/nn/recorder.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace tagloom::evaluation {

/// One for predicting so many images, now and later; null where it does not pay or cannot be. Throws
/// UsageError where `options` insist on one that cannot be.
std::unique_ptr<Recorder> recorder_for(const PredictOptions& options, std::int64_t images);

class Predictor {
 public:
  /// The model's weights stay where they are whenever it predicts; what they are may change between two
  /// calls. It and the vocabulary must outlive this. Without a recorder nothing is recorded.
  Predictor(models::Model& model, const Vocabulary& vocabulary, const PredictOptions& options,
            std::unique_ptr<Recorder> recorder = nullptr);

  /// As `predict` for one batch of features.
  std::vector<Prediction> operator()(const Features& features);
  /// As `predict` for the images at `rows`.
  std::vector<Prediction> operator()(const featurecache::CacheReader& cache,
                                     const std::vector<std::int64_t>& rows);

 private:
  using Tensors = RecordedCalls::Tensors;

  /// What the device computes: a search's steps, or a classifier's probabilities.
  [[nodiscard]] Tensors computed(const Features& features) const;
  [[nodiscard]] std::vector<Prediction> predictions(const Tensors& computed) const;

  models::Model& model_;
  PredictOptions options_;
  /// Null for a classifier alone.
  std::unique_ptr<search::Search> search_;
  RecordedCalls calls_;
};

}  // namespace tagloom::evaluation
