#include "search/top_k.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <bit>

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

Candidate candidate_of(std::int64_t key) {
  const std::int64_t index = kIndexMask - (key & kIndexMask);
  auto bits = static_cast<std::int32_t>(key >> 32);
  if (bits < 0) bits ^= 0x7fffffff;
  return {std::bit_cast<float>(bits), index};
}

}  // namespace

std::vector<std::vector<Candidate>> top_k(const at::Tensor& values, std::int64_t k) {
  const std::int64_t count = std::min(k, values.size(1));
  const at::Tensor keys = std::get<0>(keys_of(values).topk(count, 1, /*largest=*/true, /*sorted=*/true))
                              .to(at::kCPU)
                              .contiguous();
  const auto rows = keys.accessor<std::int64_t, 2>();
  std::vector<std::vector<Candidate>> best(static_cast<std::size_t>(values.size(0)));
  for (std::int64_t i = 0; i < values.size(0); ++i) {
    for (std::int64_t j = 0; j < count; ++j)
      best[static_cast<std::size_t>(i)].push_back(candidate_of(rows[i][j]));
  }
  return best;
}

}  // namespace tagloom::search
