#pragma once

/// The arithmetic of few_rows.hpp, for a part of the result, on the calling thread. Each number is summed in
/// an order that depends on the processor's vectors alone: neither on the part nor on the other rows of the
/// call.

#include <cstdint>

namespace tagloom::few_rows {

/// A row-major matrix.
template <class Number>
struct Matrix {
  Number* data;
  std::int64_t stride;
  Number* row(std::int64_t r) const { return data + r * stride; }
};

/// `count` rows by `weight`, which is `[out, in]`.
struct Product {
  Matrix<const float> rows;
  Matrix<const float> weight;
  Matrix<float> result;
  std::int64_t count;
  std::int64_t in;
  std::int64_t out;
};

/// Columns from `begin` to before `end`.
struct Columns {
  std::int64_t begin;
  std::int64_t end;
};

/// Rows, or vectors of them, in as few strips as there must be, of nearly equal sizes.
struct Strips {
  std::int64_t all;
  std::int64_t count;
  Strips(std::int64_t size, std::int64_t most) : all(size), count((size + most - 1) / most) {}
  std::int64_t begin(std::int64_t strip) const { return all * strip / count; }
  std::int64_t size(std::int64_t strip) const { return begin(strip + 1) - begin(strip); }
};

/// Writes columns of result = rows weight'. The rows are turned: `[in, count]`, with a stride that is a
/// multiple of kTurnedRows and room for as many, on a boundary of 64 bytes.
inline constexpr std::int64_t kTurnedRows = 16;
void forward(const Product& product, Columns columns);

/// The same of rows that lie as they are, `[count, in]`. Its sums are in another order.
void forward_fewest(const Product& product, Columns columns);
/// Up to so many rows it is the faster one: turned, one row takes as long as a vector of them.
std::int64_t most_fewest();

/// Adds rows weight, for columns of the weight, a multiple of kBackwardColumns, to the result, which begins
/// at the first of them.
inline constexpr std::int64_t kBackwardColumns = 32;
void backward(const Product& product, Columns columns);

/// `count` rows of gradients `[count, out]` and of inputs, which lie in panels, one
/// `[count, kBackwardColumns]` of their columns after another, on boundaries of 64 bytes, the last one filled
/// up. The result is `[out, in]`.
struct WeightGradient {
  Matrix<const float> grads;
  const float* panels;
  Matrix<float> result;
  std::int64_t count;
  std::int64_t in;
};

/// Writes rows of result = grads' inputs. `memory` has kGradientMemory numbers a row of the gradients.
inline constexpr std::int64_t kGradientMemory = 16;
void weight_gradient(const WeightGradient& product, Columns rows, float* memory);

}  // namespace tagloom::few_rows
