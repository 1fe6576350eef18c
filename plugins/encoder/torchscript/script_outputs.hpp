#pragma once

/// Which of what a TorchScript module returns are features.

#include "backbone/outputs.hpp"

#include <ATen/core/ivalue.h>

namespace tagloom {

/// Those that were chosen from a tuple, a list or a dictionary; one tensor is taken itself. Throws
/// UsageError, saying what there is, for a choice that is not there, and for shapes that are no features.
[[nodiscard]] OutputFeatures features_in(const c10::IValue& output, const OutputChoice& choice);

}  // namespace tagloom
