#pragma once

/// What a step of Adam does, and to what: shared by its ways of computing it.

#include <ATen/core/Tensor.h>

namespace tagloom::training {

/// What one step does to every number, in the order of PyTorch's: bias corrections are folded into
/// `step_size` and `root_correction`.
struct AdamUpdate {
  float beta1;
  float beta2;
  float step_size;
  float root_correction;
  float epsilon;
  float average_decay;
};

/// All that belongs to one parameter, contiguous; `rounded` and `average` may be undefined.
struct AdamState {
  at::Tensor master;
  at::Tensor rounded;
  at::Tensor grad;
  at::Tensor first;
  at::Tensor second;
  at::Tensor average;
};

}  // namespace tagloom::training
