#pragma once

/// What the host relies on in a multilabel loss (violations.hpp).

#include <tagloom/conformance/violations.hpp>
#include <tagloom/multilabel_loss.hpp>

#include <functional>
#include <memory>

namespace tagloom::conformance {

/// Makes a multilabel loss, always with the same options.
using CreateMultilabelLoss = std::function<std::unique_ptr<MultilabelLoss>()>;

/// A finite float32 scalar with a gradient for the logits, also where no image has a label and of one image;
/// sure and right costs less than sure and wrong; logits are left as they are; equal logits cost the same,
/// whichever instance and thread.
TAGLOOM_API Violations check_multilabel_loss(const CreateMultilabelLoss& create,
                                             const Observer& observer = {});

}  // namespace tagloom::conformance
