#pragma once

/// How sure a decoder was of what it emitted, under other temperatures than the one it was searched with.

#include "search/options.hpp"

#include <tagloom/vocabulary.hpp>

#include <ATen/core/Tensor.h>

namespace tagloom::search {

/// The probability of each token at its step, softmax(logits / T)[token] without the labels that the search
/// masked there, for each T of `options.temperatures`: `[temperatures, ..., steps]`, float32. `log_probs` is
/// `[..., steps, labels + 1]`, `tokens` `[..., steps]`, as they were emitted.
at::Tensor emitted_probabilities(const at::Tensor& log_probs, const at::Tensor& tokens,
                                 const Vocabulary& vocabulary, const SearchOptions& options);

}  // namespace tagloom::search
