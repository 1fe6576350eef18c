#pragma once

/// What the host relies on in a loss (violations.hpp).

#include <tagloom/conformance/violations.hpp>
#include <tagloom/loss.hpp>

namespace tagloom::conformance {

/// A finite scalar with a gradient for the logits; targets are a permutation of each image's labels; steps
/// after the stop, and so the padding of a batch, do not matter; images without labels are accepted.
TAGLOOM_API Violations check_loss(const Loss& loss);

}  // namespace tagloom::conformance
