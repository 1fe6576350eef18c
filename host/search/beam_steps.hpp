#pragma once

/// What a beam search leaves of its steps, on the decoder's device: enough to follow each hypothesis back to
/// its beginning. The hypotheses of a step lie image by image, equally many each: one at the first step, then
/// as many as the beam is wide. Images that are done may be missing from later steps.

#include <ATen/core/Tensor.h>

#include <limits>
#include <vector>

namespace tagloom::search {

/// The log probability of what may not be.
inline constexpr float kNever = -std::numeric_limits<float>::infinity();

struct BeamSteps {
  /// What the decoder said, a step each: `[hypotheses, labels + 1]`.
  std::vector<at::Tensor> log_probs;
  /// A step each: `[hypotheses, pixels]`; undefined unless asked for.
  std::vector<at::Tensor> attention;

  // Those of all steps, one step after another, so that the host asks once for each.

  /// `[images]` (int64): which of the batch's images are searched.
  at::Tensor images;
  /// `[hypotheses]` (int64): which one of the step before each goes on from; zeros at the first step.
  at::Tensor parents;
  /// `[hypotheses]` (int64): the token that each added then; start at the first step.
  at::Tensor tokens;
  /// `[hypotheses]` (float32): the log probability of each that stops at this step, stop included; kNever for
  /// one that does not.
  at::Tensor stopped;
};

/// In the order of the members, and back again.
std::vector<at::Tensor> as_tensors(const BeamSteps& steps);
BeamSteps as_beam_steps(const std::vector<at::Tensor>& tensors);

}  // namespace tagloom::search
