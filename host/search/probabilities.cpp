#include "search/probabilities.hpp"

#include <ATen/ATen.h>

#include <limits>

namespace tagloom::search {
namespace {

constexpr double kMasked = -std::numeric_limits<double>::infinity();

/// `[..., steps, labels + 1]`: the labels that were emitted before each step. Stop may follow stop.
at::Tensor emitted_before(const at::Tensor& log_probs, const at::Tensor& tokens,
                          const Vocabulary& vocabulary) {
  at::Tensor emitted = at::zeros_like(log_probs, at::kInt).scatter_(-1, tokens.unsqueeze(-1), 1);
  emitted.select(-1, vocabulary.stop()).zero_();
  return emitted.cumsum(-2).sub_(emitted).gt(0);
}

}  // namespace

at::Tensor emitted_probabilities(const at::Tensor& log_probs, const at::Tensor& tokens,
                                 const Vocabulary& vocabulary) {
  // A softmax does not see what all logits have in common: log probabilities will do for logits.
  return log_probs.masked_fill(emitted_before(log_probs, tokens, vocabulary), kMasked)
      .softmax(-1)
      .gather(-1, tokens.unsqueeze(-1))
      .squeeze(-1);
}

}  // namespace tagloom::search
