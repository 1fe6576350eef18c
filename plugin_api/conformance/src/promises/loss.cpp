#include <tagloom/conformance/promises/loss.hpp>
#include <tagloom/conformance/promises/tensors.hpp>

namespace tagloom::conformance {

Broken broken_value(const LossValue& value, const at::Tensor& logits) {
  if (auto total = wrong_total(value.total, logits)) return total;
  if (value.weight.defined() && (value.weight.dim() != 0 || value.weight.requires_grad()))
    return "compute: the weight is " + shape_text(value.weight) +
           (value.weight.requires_grad() ? " with a gradient" : "") + ", not a scalar without gradient";
  return {};
}

}  // namespace tagloom::conformance
