#pragma once

/// The assignment problem for many matrices at once, by tensor operations alone: how many there are depends
/// on the shape and on nothing that is computed, and nothing is read back. So a GPU is not waited for, and a
/// CUDA graph can hold it. For one matrix on the host there is `minimum_cost_assignment` (nn/alignment.hpp).

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tagloom {

/// Up to as many rows the operations are some ten a row, and worth more than a copy to the host; of more rows
/// they are some ten a pair of rows.
constexpr std::int64_t kRowsBySubsets = 10;

/// `[batch, n]`, int64: for each of `cost` `[batch, n, n]` (float64) the permutation of least total cost,
/// exactly; `result[b][row]` is the column of `row`. Plus infinity forbids a pair; without one permutation of
/// allowed pairs, and with NaN, the result is some number of columns. Of permutations that cost the same it
/// is always the same one. Without gradient.
[[nodiscard]] TAGLOOM_API at::Tensor cheapest_permutations(const at::Tensor& cost);

}  // namespace tagloom
