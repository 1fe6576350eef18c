#pragma once

/// What the host relies on in a loss (violations.hpp).

#include <tagloom/conformance/violations.hpp>
#include <tagloom/loss.hpp>

#include <functional>
#include <memory>

namespace tagloom::conformance {

/// Makes a loss, always with the same options.
using CreateLoss = std::function<std::unique_ptr<Loss>()>;

/// - A finite float32 scalar with a gradient for the logits, also of bfloat16 logits, which a decoder
///   may give in mixed precision, of one image, and where no image has a label; logits are left as they
///   are.
/// - `logits_kind` is one of those there are, and the parts are scalars without gradient.
/// - Targets are a permutation of each image's labels and the stop; steps after the stop, and so the
///   padding of a batch, do not matter.
/// - Equal logits cost the same, whichever instance and thread.
TAGLOOM_API Violations check_loss(const CreateLoss& create, const Observer& observer = {});

}  // namespace tagloom::conformance
