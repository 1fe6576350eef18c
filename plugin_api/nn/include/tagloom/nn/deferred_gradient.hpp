#pragma once

/// A gradient to which every step of a sequence contributes, computed once after the backward pass has been
/// through all steps, instead of once a step and summed. Each step's graph node takes `tie()` as an input,
/// and in its backward hands over what it has to contribute; when all nodes that took the tie are done,
/// `compute` makes the gradient.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <vector>

namespace tagloom {

class TAGLOOM_API DeferredGradient {
 public:
  /// What a step contributes: its output's gradient and its input.
  struct Contribution {
    at::Tensor grad_output;
    at::Tensor input;
  };
  using Compute = std::function<at::Tensor(const std::vector<Contribution>& contributions)>;

  /// The gradient of `source` will be `compute` of all contributions, in the order of the backward pass.
  /// Serves one forward and backward pass.
  DeferredGradient(const at::Tensor& source, Compute compute);

  /// An empty tensor that requires a gradient if `source` does and gradients are recorded.
  [[nodiscard]] const at::Tensor& tie() const { return tie_; }
  [[nodiscard]] bool needed() const { return tie_.requires_grad(); }

  /// From a step's backward.
  void add(Contribution contribution) const;

  struct Steps;

 private:
  std::shared_ptr<Steps> steps_;
  at::Tensor tie_;
};

}  // namespace tagloom
