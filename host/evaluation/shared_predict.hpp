#pragma once

/// Predictions by several processes: each predicts a part of the images, and all get all of them.

#include "distributed/world.hpp"
#include "evaluation/predict.hpp"

#include <string>

namespace tagloom::evaluation {

/// As `predict`, in the order of `rows`. `subject` names what is predicted; throws LostProcess if another
/// process is at something else, and what `predict` throws at any of them at all of them.
std::vector<Prediction> predict(distributed::World& world, models::Model& model,
                                const featurecache::CacheReader& cache, const std::vector<std::int64_t>& rows,
                                const Vocabulary& vocabulary, const PredictOptions& options,
                                const std::string& subject);

}  // namespace tagloom::evaluation
