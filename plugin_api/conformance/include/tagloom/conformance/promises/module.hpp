#pragma once

/// The promises of classifiers and decoders as modules that cost nothing to look at: by the check, and by the
/// host when it creates one.

#include <tagloom/conformance/violations.hpp>

#include <torch/nn/module.h>

namespace tagloom::conformance {

/// Parameters and buffers are called by UTF-8, as the names in a checkpoint are.
TAGLOOM_API Broken broken_names(const torch::nn::Module& module);

}  // namespace tagloom::conformance
