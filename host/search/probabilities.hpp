#pragma once

/// How probable what a decoder emitted was, among what it could have emitted there.

#include <tagloom/vocabulary.hpp>

#include <ATen/core/Tensor.h>

namespace tagloom::search {

/// The probability of each token at its step, softmax(logits)[token] without the labels that were emitted
/// before: `[..., steps]`. `log_probs` is `[..., steps, labels + 1]`, `tokens` `[..., steps]`, as they were
/// emitted.
at::Tensor emitted_probabilities(const at::Tensor& log_probs, const at::Tensor& tokens,
                                 const Vocabulary& vocabulary);

}  // namespace tagloom::search
