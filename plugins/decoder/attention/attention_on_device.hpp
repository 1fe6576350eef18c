#pragma once

/// A step of additive attention with its gate on a GPU: one kernel forward and one backward (device/), and
/// one for the gradient of keys and v, to which all steps contribute. images I, hypotheses an image W, pixels
/// P, attention units A, channels C.

#include <ATen/core/Tensor.h>
#include <c10/util/intrusive_ptr.h>

#include <cstdint>

namespace tagloom {

struct AttentionTies;

/// What steps need of a sequence, and the gradients that they leave to its end.
class DeviceAttention {
 public:
  /// Made of the keys `[I, P, A]` (float32 or bfloat16), v `[A]` (float32), and the scores' bias, which
  /// softmax does not see: its gradient is zero.
  DeviceAttention(const at::Tensor& keys, const at::Tensor& v, const at::Tensor& bias);

  ~DeviceAttention();
  DeviceAttention(const DeviceAttention&) = delete;
  DeviceAttention& operator=(const DeviceAttention&) = delete;

  struct Looking {
    /// Those of the sequence, or some of its images'.
    const at::Tensor& keys;
    /// `[I, P, C]`, of the keys' type; no gradient reaches it.
    const at::Tensor& map;
    /// `[I, W, A]`, float32, as all that follows.
    at::Tensor query;
    at::Tensor v;
    /// `[I, W, C]`: of its sigmoid, with the bias `[C]`, the context is scaled by.
    at::Tensor gate;
    const at::Tensor& gate_bias;
  };
  struct Seen {
    /// `[I, W, C]`, behind the gate.
    at::Tensor gated;
    /// `[I, W, P]`.
    at::Tensor weights;
  };
  /// Differentiable in query, gate and bias, and in what the sequence was made of.
  [[nodiscard]] Seen look(const Looking& looking) const;

  /// Whether `look` can: on a GPU with the kernels, and for these sizes.
  [[nodiscard]] static bool pays(const at::Tensor& keys, const at::Tensor& map, std::int64_t width);

 private:
  c10::intrusive_ptr<AttentionTies> ties_;
  at::Tensor arrived_;
};

}  // namespace tagloom
