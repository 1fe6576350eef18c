#include "kernels/products.hpp"

#include "kernels/few_rows.hpp"
#include "kernels/tiles/products.hpp"

#include <tagloom/nn/bfloat16.hpp>
#include <tagloom/nn/recorded.hpp>

#include <ATen/ATen.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

namespace tagloom {

at::Tensor operand(const at::Tensor& tensor, at::ScalarType type) {
  const bool emulated = type == at::kBFloat16 && !multiplies_bfloat16(tensor.device());
  return emulated ? tensor.to(type).to(at::kFloat) : tensor.to(type);
}

namespace {

/// LibTorch's product of operands whose type is chosen: autocast would round what stands in for bfloat16, and
/// have it emulated.
at::Tensor library_product(const at::Tensor& a, const at::Tensor& b) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  return at::mm(a, b);
}

}  // namespace

at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight) {
  TORCH_CHECK(x.size(1) == weight.size(1), "rows of ", x.size(1), " numbers by a weight that takes ",
              weight.size(1));
  if (is_recorded()) return library_product(x, weight.t());
  if (few_rows::pay_forward(x, weight)) return few_rows::times_transposed(x, weight);
  if (tiles::pay_forward(x, weight)) return tiles::times_transposed(x, weight);
  return library_product(x, weight.t());
}

at::Tensor times(const at::Tensor& grad_output, const at::Tensor& weight) {
  TORCH_CHECK(grad_output.size(1) == weight.size(0), "gradients of ", grad_output.size(1),
              " numbers by a weight that gives ", weight.size(0));
  if (few_rows::pay_backward(grad_output, weight)) return few_rows::times(grad_output, weight);
  if (tiles::pay_backward(grad_output, weight)) return tiles::times(grad_output, weight);
  return library_product(grad_output, weight);
}

at::Tensor transposed_times(const at::Tensor& grad_output, const at::Tensor& x) {
  TORCH_CHECK(grad_output.size(0) == x.size(0), "gradients of ", grad_output.size(0), " rows for inputs of ",
              x.size(0));
  if (few_rows::pay_weight_gradient(grad_output, x)) return few_rows::transposed_times(grad_output, x);
  if (tiles::pay_of_weight(grad_output, x)) return tiles::transposed_times(grad_output, x);
  return library_product(grad_output.t(), x);
}

}  // namespace tagloom
