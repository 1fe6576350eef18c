#pragma once

/// What a finished run should have told its user before: that it learnt nothing, or little.

#include "training/inputs.hpp"
#include "training/train.hpp"

#include <cstdint>
#include <string>

namespace tagloom::training {

/// A sentence where the best of several epochs is below nine tenths of what always predicting the most
/// frequent labels scores on the images that select; else empty.
std::string hindsight(const Inputs& inputs, const TrainResult& result, std::int64_t epochs);

}  // namespace tagloom::training
