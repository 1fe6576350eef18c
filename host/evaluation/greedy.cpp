#include "evaluation/greedy.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace tagloom::evaluation {

std::vector<std::vector<std::int64_t>> greedy(Decoder& decoder, const Features& features,
                                              const Vocabulary& vocabulary, std::int64_t max_steps) {
  const at::NoGradGuard no_grad;
  // One copy to the host for the whole batch: the steps after a stop cost less than a round trip at every
  // step.
  const at::Tensor tokens =
      free_running(decoder, features, vocabulary.start(), max_steps).argmax(2).to(at::kCPU).contiguous();
  const auto rows = tokens.accessor<std::int64_t, 2>();
  std::vector<std::vector<std::int64_t>> sequences(static_cast<std::size_t>(tokens.size(0)));
  for (std::int64_t i = 0; i < tokens.size(0); ++i) {
    for (std::int64_t t = 0; t < max_steps && rows[i][t] != vocabulary.stop(); ++t)
      sequences[static_cast<std::size_t>(i)].push_back(rows[i][t]);
  }
  return sequences;
}

std::vector<std::int64_t> label_set(const std::vector<std::int64_t>& sequence) {
  std::vector<std::int64_t> labels;
  for (const std::int64_t label : sequence) {
    if (std::ranges::find(labels, label) == labels.end()) labels.push_back(label);
  }
  return labels;
}

}  // namespace tagloom::evaluation
