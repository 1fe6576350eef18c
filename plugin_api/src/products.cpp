#include "products.hpp"

#include "few_rows.hpp"

#include <tagloom/bfloat16.hpp>

#include <ATen/ATen.h>

namespace tagloom {
namespace {

/// On a processor without bfloat16 products, LibTorch's take a hundred times as long as float32's and round
/// each partial sum; float32 products of the same numbers are what the hardware computes elsewhere.
at::Tensor library_product(const at::Tensor& a, const at::Tensor& b) {
  if (a.scalar_type() == at::kBFloat16 && !multiplies_bfloat16(a.device()))
    return at::mm(a.to(at::kFloat), b.to(at::kFloat));
  return at::mm(a, b);
}

}  // namespace

at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight) {
  return few_rows::pay_forward(x, weight) ? few_rows::times_transposed(x, weight)
                                          : library_product(x, weight.t());
}

at::Tensor times(const at::Tensor& gradient, const at::Tensor& weight) {
  return few_rows::pay_backward(gradient, weight) ? few_rows::times(gradient, weight)
                                                  : library_product(gradient, weight);
}

at::Tensor transposed_times(const at::Tensor& gradient, const at::Tensor& x) {
  return library_product(gradient.t(), x);
}

}  // namespace tagloom
