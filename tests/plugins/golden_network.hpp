#pragma once

/// Networks whose every weight comes from the formula of the reference numbers, so that none is stored.

#include <tagloom/nn/convnet/family.hpp>

#include <nlohmann/json.hpp>

namespace tagloom::testing {

/// All of a network's weights but the counters of training steps, which files may lack. `gain` is what the
/// reference multiplies convolutions by: `u * sqrt(gain / fan_in)`.
NamedTensors golden_weights(const ConvNet& network, double gain);

/// The hash of all names and shapes, as the reference lists them.
std::string names_hash(const ConvNet& network);

/// Compares the features of the image `u("input")` with the reference's, to 1e-4 of the largest value.
void expect_golden_features(ConvNet& network, const nlohmann::json& reference);

}  // namespace tagloom::testing
