#include "matrix.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstring>

namespace tagloom::tiles {

void copy_rows(const Matrix& from, std::int64_t first, std::int64_t column, Half* to) {
  std::memset(to, 0, kBlockNumbers * sizeof(Half));
  const auto bytes = static_cast<std::size_t>(std::min(kDepth, from.columns - column)) * sizeof(Half);
  for (std::int64_t r = 0; r < std::min(kBlock, from.rows - first); ++r)
    std::memcpy(to + r * kDepth, from.row(first + r) + column, bytes);
}

void copy_rows_as_columns(const Matrix& from, std::int64_t first, std::int64_t column, Half* to) {
  alignas(64) std::array<Half, kBlockNumbers> rows;
  copy_rows(from, first, column, rows.data());
  for (std::int64_t r = 0; r < kBlock; ++r) {
    Half* tile = to + (r / kSide) * kTile + (r % kSide) * 2;
    for (std::int64_t pair = 0; pair < kDepth / 2; ++pair)
      std::memcpy(tile + pair * kDepth, &rows[static_cast<std::size_t>(r * kDepth + 2 * pair)],
                  2 * sizeof(Half));
  }
}

void copy_turned(const Matrix& from, std::int64_t first, std::int64_t column, Half* to) {
  std::memset(to, 0, kBlockNumbers * sizeof(Half));
  const std::int64_t columns = std::min(kBlock, from.columns - column);
  for (std::int64_t r = 0; r < std::min(kDepth, from.rows - first); ++r) {
    const Half* row = from.row(first + r) + column;
    for (std::int64_t c = 0; c < columns; ++c)
      to[c * kDepth + r] = row[c];
  }
}

TAGLOOM_ON_TILES void copy_interleaved(const Matrix& from, std::int64_t first, std::int64_t column,
                                       Half* to) {
  const std::uint32_t mask = columns_left(from, column);
  for (std::int64_t r = 0; r < kDepth; r += 2)
    interleave(row_or_zeros(from, first + r, column, mask), row_or_zeros(from, first + r + 1, column, mask),
               to + r / 2 * kDepth);
}

at::Tensor packed(const at::Tensor& tensor, CopyBlock copy) {
  const Matrix from = matrix(tensor);
  const std::int64_t across = blocks_of(from.columns);
  at::Tensor blocks = at::empty({blocks_of(from.rows), across, kBlockNumbers}, tensor.options());
  Half* to = blocks_in(blocks);
  at::parallel_for(0, blocks.size(0) * across, 32, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t block = begin; block < end; ++block)
      copy(from, block / across * kBlock, block % across * kDepth, to + block * kBlockNumbers);
  });
  return blocks;
}

}  // namespace tagloom::tiles
