#pragma once

/// The promises of a loss that cost nothing to look at: by the check, and by the host whenever it calls one.

#include <tagloom/conformance/violations.hpp>
#include <tagloom/loss.hpp>

namespace tagloom::conformance {

/// The total is a float32 scalar, with gradient if the logits have one; its weight a scalar without.
TAGLOOM_API Broken broken_value(const LossValue& value, const at::Tensor& logits);

}  // namespace tagloom::conformance
