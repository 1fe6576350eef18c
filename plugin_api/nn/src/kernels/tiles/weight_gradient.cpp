#include "matrix.hpp"
#include "products.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>

namespace tagloom::tiles {
namespace {

/// Rows of the weight's gradient in blocks `begin` to `end`. Blocks of the operands lie by rows of what they
/// were made of, `deep` by however many columns.
TAGLOOM_ON_TILES void weight_range(const Matrix& weight, const Half* grad_output, const Half* x,
                                   std::int64_t deep, Range blocks) {
  const Tiles tiles;
  alignas(64) std::array<float, kBlockSums> sums;
  const std::int64_t down = blocks_of(weight.rows);
  const std::int64_t across = blocks_of(weight.columns);
  for (std::int64_t block = blocks.begin; block < blocks.end; ++block) {
    for (std::int64_t k = 0; k < across; ++k) {
      clear_sums();
      for (std::int64_t d = 0; d < deep; ++d)
        add_products(grad_output + (d * down + block) * kBlockNumbers, kRowBytes,
                     x + (d * across + k) * kBlockNumbers);
      store_sums(sums.data());
      const std::uint32_t mask = columns_left(weight, k * kBlock);
      for (std::int64_t r = 0; r < std::min(kBlock, weight.rows - block * kBlock); ++r) {
        const float* of_row = &sums[static_cast<std::size_t>(r * kSide)];
        const Row row = sums_in_order(of_row, of_row + kBlockSums / 2);
        const __m512bh rounded = _mm512_cvtne2ps_pbh(row.second, row.first);
        Half* to = weight.row(block * kBlock + r) + k * kBlock;
        _mm512_mask_storeu_epi16(to, mask, reinterpret_cast<const __m512i&>(rounded));
      }
    }
  }
}

}  // namespace

at::Tensor transposed_times(const at::Tensor& grad_output, const at::Tensor& x) {
  at::Tensor grad_weight = at::empty({grad_output.size(1), x.size(1)}, x.options());
  const at::Tensor left = packed(grad_output, copy_turned);
  const at::Tensor right = packed(x, copy_interleaved);
  at::parallel_for(0, left.size(1), 1, [&](std::int64_t begin, std::int64_t end) {
    weight_range(matrix(grad_weight), blocks_in(left), blocks_in(right), left.size(0), {begin, end});
  });
  return grad_weight;
}

}  // namespace tagloom::tiles
