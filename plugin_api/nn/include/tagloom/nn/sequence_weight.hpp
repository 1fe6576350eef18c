#pragma once

/// Matrix products with a weight that every step of a sequence multiplies by, as fast as the machine allows:
/// the weight is cast once a sequence, and its gradient is one product over all steps instead of one small
/// product a step, each of which would read and write the whole gradient. A decoder makes them in `begin` and
/// keeps them in its state; it needs to know no more than that.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>

#include <memory>

namespace tagloom {

class TAGLOOM_API SequenceWeight {
 public:
  SequenceWeight() = default;
  /// `weight` is `[out, in]`, float32 or bfloat16, and its gradient the same. Products are computed in
  /// `type`: float32, or bfloat16, whose rounding moves a gradient by less than 1 % (relative L2 norm). One
  /// object serves one forward and backward pass.
  SequenceWeight(const at::Tensor& weight, at::ScalarType type);

  /// `x weight^T`: `[..., in]` in any floating type to `[..., out]` in float32. Differentiable in `x` and in
  /// the weight; the weight's gradient appears when the backward pass has been through all steps.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;

  struct Steps;

 private:
  std::shared_ptr<Steps> steps_;
};

/// The same for a single product: `x weight^T + bias`. `bias` may be undefined.
TAGLOOM_API at::Tensor product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                               at::ScalarType type);

}  // namespace tagloom
