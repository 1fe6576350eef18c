#include "search/beam_steps.hpp"

namespace tagloom::search {

std::vector<at::Tensor> as_tensors(const BeamSteps& steps) {
  std::vector<at::Tensor> tensors = steps.log_probs;
  tensors.insert(tensors.end(), steps.attention.begin(), steps.attention.end());
  tensors.insert(tensors.end(), {steps.images, steps.parents, steps.tokens, steps.stopped});
  return tensors;
}

BeamSteps as_beam_steps(const std::vector<at::Tensor>& tensors) {
  const auto last_four = tensors.end() - 4;
  const auto middle = tensors.begin() + (last_four - tensors.begin()) / 2;
  return {.log_probs = {tensors.begin(), middle},
          .attention = {middle, last_four},
          .images = last_four[0],
          .parents = last_four[1],
          .tokens = last_four[2],
          .stopped = last_four[3]};
}

}  // namespace tagloom::search
