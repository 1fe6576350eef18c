#include "search/top_k.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <tuple>

namespace tagloom::search {
namespace {

constexpr std::int64_t kIndexMask = 0xffffffff;

/// Value and column in one integer whose order is that of the candidates. The bits of a float, read as an
/// integer, are in the order of the values once those of negative ones are turned around.
at::Tensor keys_of(const at::Tensor& values) {
  const at::Tensor bits = values.contiguous().view(at::kInt).to(at::kLong);
  const at::Tensor ordered = at::where(bits.lt(0), bits.bitwise_xor(0x7fffffff), bits);
  const at::Tensor columns = at::arange(values.size(1), bits.options());
  return ordered * (kIndexMask + 1) + (kIndexMask - columns);
}

}  // namespace

TopK top_k(const at::Tensor& values, std::int64_t k) {
  const std::int64_t count = std::min(k, values.size(1));
  const at::Tensor keys = std::get<0>(keys_of(values).topk(count, 1, /*largest=*/true, /*sorted=*/true));
  const at::Tensor columns = kIndexMask - keys.bitwise_and(kIndexMask);
  return {.values = values.gather(1, columns), .columns = columns};
}

}  // namespace tagloom::search
