#pragma once

/// The label sequences of a batch as the model is trained on them: cut to the longest that a run allows, and
/// no longer than the batch needs.

#include <tagloom/labels.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace tagloom::training {

struct SequenceLimits {
  /// The longest label set that is trained on, and its stop.
  std::int64_t steps = 0;
  /// Every batch has this many steps: for a loss that reads all of them, and for a GPU, to which equal shapes
  /// are worth more.
  bool always_all = false;
};

/// Longer sequences lose their last labels, but for `multi_hot`, which a classifier is trained on and which
/// keeps them. Where not all steps are wanted there are as many as the longest sequence of the batch needs,
/// rounded up to a multiple of 16: one image with very many labels makes its own batch slow and no other.
LabelBatch label_batch(std::span<const std::vector<std::int64_t>> sequences, const Vocabulary& vocabulary,
                       const SequenceLimits& limits);

}  // namespace tagloom::training
