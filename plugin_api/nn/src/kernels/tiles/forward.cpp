#include "matrix.hpp"
#include "products.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>

namespace tagloom::tiles {
namespace {

/// The weight is the left operand, so that its rows are read as they lie, and the rows are columns of the
/// right one: sums are of a row of the weight by a row of x, and are turned over when they are written.
TAGLOOM_ON_TILES void forward_block(const Matrix& weight, const Half* x, std::int64_t first, float* sums) {
  const std::int64_t stride = weight.columns * static_cast<std::int64_t>(sizeof(Half));
  const std::int64_t whole = weight.columns / kDepth;
  clear_sums();
  for (std::int64_t k = 0; k < whole; ++k)
    add_products(weight.row(first) + k * kDepth, stride, x + k * kBlockNumbers);
  if (whole * kDepth < weight.columns) {
    alignas(64) std::array<Half, kBlockNumbers> last;
    copy_rows(weight, first, whole * kDepth, last.data());
    add_products(last.data(), kRowBytes, x + whole * kBlockNumbers);
  }
  store_sums(sums);
}

/// 16 sums of a row of x: a column of a tile.
TAGLOOM_ON_TILES inline __m512 sums_below(const float* tile) {
  const __m512i rows = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return _mm512_mask_i32gather_ps(_mm512_setzero_ps(), 0xffff, _mm512_slli_epi32(rows, 4), tile,
                                  sizeof(float));
}

TAGLOOM_ON_TILES void forward_range(const Matrix& weight, const Half* x, float* y, std::int64_t rows,
                                    Range blocks) {
  const Tiles tiles;
  alignas(64) std::array<float, kBlockSums> sums;
  const std::int64_t deep = blocks_of(weight.columns);
  for (std::int64_t block = blocks.begin; block < blocks.end; ++block) {
    // The last block may begin in the one before it, of whose results it writes none.
    const std::int64_t first = std::min(block * kBlock, weight.rows - kBlock);
    const std::uint32_t mask = ~0U << (block * kBlock - first);
    for (std::int64_t group = 0; group < rows; group += kBlock) {
      forward_block(weight, x + group / kBlock * deep * kBlockNumbers, first, sums.data());
      for (std::int64_t r = group; r < std::min(rows, group + kBlock); ++r) {
        const std::int64_t in_group = r - group;
        const float* of_row = sums.data() + in_group / kSide * (kBlockSums / 2) + in_group % kSide;
        float* to = y + r * weight.rows + first;
        _mm512_mask_storeu_ps(to, static_cast<__mmask16>(mask), sums_below(of_row));
        _mm512_mask_storeu_ps(to + kSide, static_cast<__mmask16>(mask >> kSide),
                              sums_below(of_row + kBlockSums / 4));
      }
    }
  }
}

}  // namespace

at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight) {
  const Matrix w = matrix(weight);
  const std::int64_t rows = x.size(0);
  const at::Tensor blocks = packed(x, copy_rows_as_columns);
  at::Tensor y = at::empty({rows, w.rows}, x.options().dtype(at::kFloat));
  at::parallel_for(0, blocks_of(w.rows), 1, [&](std::int64_t begin, std::int64_t end) {
    forward_range(w, blocks_in(blocks), y.data_ptr<float>(), rows, {begin, end});
  });
  return y;
}

}  // namespace tagloom::tiles
