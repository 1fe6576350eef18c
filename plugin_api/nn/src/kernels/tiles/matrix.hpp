#pragma once

/// Matrices as they lie in tensors, and copied into the blocks that tiles are loaded from.

#include "tile.hpp"

#include <ATen/core/Tensor.h>

#include <algorithm>

namespace tagloom::tiles {

struct Matrix {
  Half* data;
  std::int64_t rows;
  std::int64_t columns;
  [[nodiscard]] Half* row(std::int64_t r) const { return data + r * columns; }
};

inline Matrix matrix(const at::Tensor& tensor) {
  return {reinterpret_cast<Half*>(tensor.data_ptr<at::BFloat16>()), tensor.size(0), tensor.size(1)};
}

/// The blocks of a tensor that `packed` made.
inline Half* blocks_in(const at::Tensor& packed) {
  return reinterpret_cast<Half*>(packed.data_ptr<at::BFloat16>());
}

/// A block: 32 rows from `first` on and 32 columns from `column` on, zeros where the matrix ends.
using CopyBlock = void (*)(const Matrix& from, std::int64_t first, std::int64_t column, Half* to);

/// As left operand: its rows are the matrix's.
void copy_rows(const Matrix& from, std::int64_t first, std::int64_t column, Half* to);
/// As left operand: its rows are the matrix's columns.
void copy_turned(const Matrix& from, std::int64_t first, std::int64_t column, Half* to);
/// As right operand: its columns are the matrix's rows.
void copy_rows_as_columns(const Matrix& from, std::int64_t first, std::int64_t column, Half* to);
/// As right operand: its columns are the matrix's, in the order of `interleave`.
TAGLOOM_ON_TILES void copy_interleaved(const Matrix& from, std::int64_t first, std::int64_t column, Half* to);

/// All blocks of a matrix, `[down, across, numbers]`.
at::Tensor packed(const at::Tensor& matrix, CopyBlock copy);

/// Two rows of 32 numbers as pairs. Of each eight columns the first four go to the one tile and the others to
/// the other, as the processor interleaves them; `sums_in_order` puts the sums in order.
TAGLOOM_ON_TILES inline void interleave(__m512i even, __m512i odd, Half* to) {
  _mm512_store_si512(to, _mm512_unpacklo_epi16(even, odd));
  _mm512_store_si512(to + kTile, _mm512_unpackhi_epi16(even, odd));
}

TAGLOOM_ON_TILES inline __m512i row_or_zeros(const Matrix& weight, std::int64_t row, std::int64_t column,
                                             std::uint32_t mask) {
  if (row >= weight.rows) return _mm512_setzero_si512();
  return _mm512_maskz_loadu_epi16(mask, weight.row(row) + column);
}

/// A mask of the columns that a block of 32 from `column` on has.
inline std::uint32_t columns_left(const Matrix& weight, std::int64_t column) {
  const std::int64_t left = weight.columns - column;
  return left >= kBlock ? ~0U : (1U << left) - 1;
}

/// A row of 32 sums of two tiles, in order.
struct Row {
  __m512 first;
  __m512 second;
};

TAGLOOM_ON_TILES inline Row sums_in_order(const float* low, const float* high) {
  const __m512 a = _mm512_load_ps(low);
  const __m512 b = _mm512_load_ps(high);
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const __m512i second = _mm512_add_epi32(first, _mm512_set1_epi32(8));
  return {_mm512_permutex2var_ps(a, first, b), _mm512_permutex2var_ps(a, second, b)};
}

}  // namespace tagloom::tiles
