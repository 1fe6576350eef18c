#include "evaluation/predict.hpp"

#include "evaluation/predictor.hpp"

#include <utility>

namespace tagloom::evaluation {

std::vector<Prediction> predict(models::Model& model, const Features& features, const Vocabulary& vocabulary,
                                const PredictOptions& options) {
  return Predictor(model, vocabulary, options)(features);
}

std::vector<Prediction> predict(models::Model& model, const featurecache::CacheReader& cache,
                                const std::vector<std::int64_t>& rows, const Vocabulary& vocabulary,
                                const PredictOptions& options) {
  auto recorder = recorder_for(options, static_cast<std::int64_t>(rows.size()));
  return Predictor(model, vocabulary, options, std::move(recorder))(cache, rows);
}

}  // namespace tagloom::evaluation
