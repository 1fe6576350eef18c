#pragma once

/// The kernels of device/ on tensors: their memory, their grids.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tagloom::attention_launches {

/// As in DeviceAttention, all contiguous; `arrived` is `[I]`, int32, zeros.
struct Looking {
  at::Tensor keys;
  at::Tensor map;
  at::Tensor query;
  at::Tensor v;
  at::Tensor gate;
  at::Tensor gate_bias;
  at::Tensor arrived;
};

/// Whether a GPU's kernels are there, and take so many hypotheses an image of tensors like these.
bool available(const at::Tensor& keys, const at::Tensor& map, std::int64_t width);

struct Seen {
  at::Tensor gated;
  at::Tensor weights;
  /// Before the gate.
  at::Tensor context;
};
Seen look(const Looking& looking);

struct Gradients {
  /// `[I, W, P]`, of the scores.
  at::Tensor scores;
  at::Tensor query;
  at::Tensor gate;
};
/// `grad_weights` may be undefined.
Gradients look_back(const Looking& looking, const Seen& seen, const at::Tensor& grad_gated,
                    const at::Tensor& grad_weights);

struct SequenceGradients {
  at::Tensor keys;
  at::Tensor v;
};
/// The gradients of all steps, each of which may have been of the first images alone.
SequenceGradients look_back_on_keys(const at::Tensor& keys, const at::Tensor& v,
                                    const std::vector<at::Tensor>& queries,
                                    const std::vector<at::Tensor>& grad_scores);

}  // namespace tagloom::attention_launches
