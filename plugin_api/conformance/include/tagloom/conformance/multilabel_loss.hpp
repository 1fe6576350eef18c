#pragma once

/// What the host relies on in a multilabel loss (violations.hpp).

#include <tagloom/conformance/violations.hpp>
#include <tagloom/multilabel_loss.hpp>

namespace tagloom::conformance {

/// A finite scalar with a gradient for the logits, also where no image has a label; sure and right costs less
/// than sure and wrong.
TAGLOOM_API Violations check_multilabel_loss(const MultilabelLoss& loss);

}  // namespace tagloom::conformance
