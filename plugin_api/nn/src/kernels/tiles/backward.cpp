#include "matrix.hpp"
#include "products.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>

namespace tagloom::tiles {
namespace {

/// A piece of the weight that stays in the innermost cache while all rows are multiplied by it.
constexpr std::int64_t kPieceRows = 128;
constexpr std::int64_t kPieceColumns = 128;

/// Rows `n` on, columns `begin` to `end`, as right operands: those of 32 columns together.
TAGLOOM_ON_TILES void copy_piece(const Matrix& weight, std::int64_t n, std::int64_t begin, std::int64_t end,
                                 Half* piece) {
  for (std::int64_t r = 0; r < kPieceRows; r += 2) {
    const Half* ahead = weight.row(std::min(n + kPieceRows + r, weight.rows - 2));
    Half* to = piece + r / kDepth * kBlockNumbers + r % kDepth / 2 * kDepth;
    for (std::int64_t k = begin; k < end; k += kBlock) {
      // No processor foresees such a stride by itself.
      _mm_prefetch(ahead + k, _MM_HINT_T1);
      _mm_prefetch(ahead + weight.columns + k, _MM_HINT_T1);
      const std::uint32_t mask = columns_left(weight, k);
      interleave(row_or_zeros(weight, n + r, k, mask), row_or_zeros(weight, n + r + 1, k, mask),
                 to + (k - begin) * kPieceRows);
    }
  }
}

/// Columns in `blocks` of the weight.
TAGLOOM_ON_TILES void backward_range(const Matrix& weight, const Half* grad_output, float* to,
                                     std::int64_t rows, Range blocks) {
  const auto [begin, end] = blocks;
  const std::int64_t groups = blocks_of(rows);
  const at::Tensor room = at::empty({(end - begin) * groups * kBlockSums}, at::kFloat);
  float* sums = room.data_ptr<float>();
  const Tiles tiles;
  alignas(64) std::array<Half, kPieceRows * kPieceColumns> piece;
  const std::int64_t deep = blocks_of(weight.rows);
  for (std::int64_t n = 0; n < weight.rows; n += kPieceRows) {
    const std::int64_t depth = std::min(kPieceRows / kDepth, deep - n / kDepth);
    for (std::int64_t first = begin; first < end; first += kPieceColumns / kBlock) {
      const std::int64_t last = std::min(end, first + kPieceColumns / kBlock);
      copy_piece(weight, n, first * kBlock, last * kBlock, piece.data());
      for (std::int64_t block = first; block < last; ++block) {
        const Half* columns = &piece[static_cast<std::size_t>((block - first) * kBlock * kPieceRows)];
        for (std::int64_t group = 0; group < groups; ++group) {
          float* of_block = sums + ((block - begin) * groups + group) * kBlockSums;
          if (n == 0)
            clear_sums();
          else
            load_sums(of_block);
          for (std::int64_t d = 0; d < depth; ++d)
            add_products(grad_output + (group * deep + n / kDepth + d) * kBlockNumbers, kRowBytes,
                         columns + d * kBlockNumbers);
          store_sums(of_block);
        }
      }
    }
  }
  for (std::int64_t block = begin; block < end; ++block) {
    const std::uint32_t mask = columns_left(weight, block * kBlock);
    for (std::int64_t r = 0; r < rows; ++r) {
      const float* of_row = sums + ((block - begin) * groups + r / kBlock) * kBlockSums +
                            r % kBlock / kSide * (kBlockSums / 4) + r % kSide * kSide;
      const Row row = sums_in_order(of_row, of_row + kBlockSums / 2);
      float* out = to + r * weight.columns + block * kBlock;
      _mm512_mask_storeu_ps(out, static_cast<__mmask16>(mask), row.first);
      _mm512_mask_storeu_ps(out + kSide, static_cast<__mmask16>(mask >> kSide), row.second);
    }
  }
}

}  // namespace

at::Tensor times(const at::Tensor& grad_output, const at::Tensor& weight) {
  const Matrix w = matrix(weight);
  const std::int64_t rows = grad_output.size(0);
  const at::Tensor blocks = packed(grad_output, copy_rows);
  const std::int64_t across = blocks_of(w.columns);
  at::Tensor x = at::empty({rows, w.columns}, grad_output.options().dtype(at::kFloat));
  at::parallel_for(0, across, kPieceColumns / kBlock, [&](std::int64_t begin, std::int64_t end) {
    backward_range(w, blocks_in(blocks), x.data_ptr<float>(), rows, {begin, end});
  });
  return x;
}

}  // namespace tagloom::tiles
