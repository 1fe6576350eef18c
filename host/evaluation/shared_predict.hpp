#pragma once

/// Predictions by several processes: each predicts a part of the images, and all get all of them.

#include "distributed/world.hpp"
#include "evaluation/predict.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tagloom::evaluation {

/// What `predict` makes of `rows`, each process of its part of them, in the order of `rows`. `subject` names
/// what is predicted; throws LostProcess if another process is at something else, and what `predict` throws
/// at any of them at all of them.
std::vector<Prediction> shared_predict(
    distributed::World& world, const std::vector<std::int64_t>& rows, const std::string& subject,
    const std::function<std::vector<Prediction>(const std::vector<std::int64_t>& rows)>& predict);

}  // namespace tagloom::evaluation
