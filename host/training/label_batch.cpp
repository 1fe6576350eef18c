#include "training/label_batch.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace tagloom::training {
namespace {

// Sums over padded steps are rounded as their number has it; sets of usual length keep the one they had.
constexpr std::int64_t kStepsTogether = 16;

std::vector<std::vector<std::int64_t>> cut(std::span<const std::vector<std::int64_t>> sequences,
                                           std::int64_t labels) {
  std::vector<std::vector<std::int64_t>> shorter(sequences.begin(), sequences.end());
  for (auto& sequence : shorter)
    sequence.resize(std::min(sequence.size(), static_cast<std::size_t>(labels)));
  return shorter;
}

std::int64_t steps_needed(std::span<const std::vector<std::int64_t>> sequences) {
  std::size_t longest = 0;
  for (const auto& sequence : sequences)
    longest = std::max(longest, sequence.size());
  const auto steps = static_cast<std::int64_t>(longest) + 1;
  return (steps + kStepsTogether - 1) / kStepsTogether * kStepsTogether;
}

}  // namespace

LabelBatch label_batch(std::span<const std::vector<std::int64_t>> sequences, const Vocabulary& vocabulary,
                       const SequenceLimits& limits) {
  const auto shorter = cut(sequences, limits.steps - 1);
  const std::int64_t steps = limits.always_all ? limits.steps : std::min(limits.steps, steps_needed(shorter));
  LabelBatch labels = make_label_batch(shorter, vocabulary, steps);
  auto multi_hot = labels.multi_hot.accessor<float, 2>();
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    for (const std::int64_t label : sequences[i])
      multi_hot[static_cast<std::int64_t>(i)][label] = 1;
  }
  return labels;
}

}  // namespace tagloom::training
