#pragma once

/// The promises of a loss that cost nothing to look at: by the check, and by the host whenever it calls one.

#include <tagloom/conformance/violations.hpp>
#include <tagloom/loss.hpp>

namespace tagloom::conformance {

/// `logits_kind` is one of those there are.
TAGLOOM_API Broken broken_kind(LogitsKind kind);

/// Targets have a token for each image and step, and each is a label or the stop.
TAGLOOM_API Broken broken_targets(const at::Tensor& targets, const at::Tensor& logits);

/// The total is a float32 scalar, with gradient if the logits have one; its weight and its parts are scalars
/// without.
TAGLOOM_API Broken broken_value(const LossValue& value, const at::Tensor& logits);

}  // namespace tagloom::conformance
