#pragma once

/// Holds an exported module against the parts that it was made of.

#include "export/export_model.hpp"

#include <torch/csrc/jit/api/module.h>

namespace tagloom::torchscript {

/// Runs every recorded method on batches of several sizes, and a decoder as far as its longest label set.
/// Throws PluginError, naming the part, if one fails or its numbers differ from the part's own by more than
/// rounding; Interrupted if a signal left its note.
void check(torch::jit::Module exported, const Parts& parts, const Description& description);

}  // namespace tagloom::torchscript
