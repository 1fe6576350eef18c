#pragma once

/// Which of what a TorchScript module returns are features.

#include "backbone/outputs.hpp"

#include <ATen/core/ivalue.h>

namespace tagloom {

/// Of a tuple, a list or a dictionary those that were chosen; of one tensor that. Throws UsageError, saying
/// what there is, for a choice that is not there, and for shapes that are no features.
[[nodiscard]] OutputFeatures features_in(const c10::IValue& output, const OutputChoice& choice);

}  // namespace tagloom
