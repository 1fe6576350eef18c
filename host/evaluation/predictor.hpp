#pragma once

/// A model's predictions batch after batch, such as the host makes them for all images of a split. What the
/// batches of a shape make a GPU do is recorded as a CUDA graph and launched as one.

#include "evaluation/predict.hpp"
#include "search/search.hpp"

#include <tagloom/nn/recorded_calls.hpp>
#include <tagloom/nn/recorder.hpp>

#include <memory>
#include <vector>

namespace tagloom::evaluation {

class Predictor {
 public:
  /// The model should be in evaluation mode; its weights stay what and where they are while it predicts. It
  /// and the vocabulary must outlive this. Without a recorder nothing is recorded.
  Predictor(models::Model& model, const Vocabulary& vocabulary, const PredictOptions& options,
            std::unique_ptr<Recorder> recorder = nullptr);

  /// As `predict` for one batch of features.
  std::vector<Prediction> operator()(const Features& features);

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
