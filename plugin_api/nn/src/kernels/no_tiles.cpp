/// Processors other than x86 have no tiles of Intel's.

#include "kernels/tiles/products.hpp"

#include <ATen/ATen.h>

namespace tagloom::tiles {

bool available() {
  return false;
}

bool pay_forward(const at::Tensor& /*x*/, const at::Tensor& /*weight*/) {
  return false;
}

bool pay_backward(const at::Tensor& /*grad_output*/, const at::Tensor& /*weight*/) {
  return false;
}

bool pay_of_weight(const at::Tensor& /*grad_output*/, const at::Tensor& /*x*/) {
  return false;
}

at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight) {
  return at::mm(x, weight.t()).to(at::kFloat);
}

at::Tensor times(const at::Tensor& grad_output, const at::Tensor& weight) {
  return at::mm(grad_output, weight).to(at::kFloat);
}

at::Tensor transposed_times(const at::Tensor& grad_output, const at::Tensor& x) {
  return at::mm(grad_output.t(), x);
}

}  // namespace tagloom::tiles
