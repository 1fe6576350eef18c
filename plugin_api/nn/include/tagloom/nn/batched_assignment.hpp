#pragma once

/// The assignment problem for many matrices at once, where they are. On a GPU it is one kernel, a warp a
/// matrix, or, where kernels cannot be had (nn/device_kernels.hpp), a recursion in tensor operations for
/// small matrices. Either is the same work for every batch of a shape and reads nothing back: the GPU is not
/// waited for, and a CUDA graph can hold it. For one matrix on the host there is `minimum_cost_assignment`
/// (nn/alignment.hpp), which also solves what is too large here.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tagloom {

/// Matrices of up to so many rows are solved on the device itself: 64 by the kernel, 10 without. A GPU's
/// first ask compiles the kernel.
[[nodiscard]] TAGLOOM_API std::int64_t rows_assigned_on(at::Device device);

/// `[batch, n]`, int64: for each of `cost` `[batch, n, n]` (float64) the permutation of least total cost,
/// exactly; `result[b][row]` is the column of `row`. Plus infinity forbids a pair; without one permutation of
/// allowed pairs, and with NaN, the result is some number of columns. Of permutations that cost the same a
/// device takes always the same one. More rows than `rows_assigned_on` are copied to the host and solved
/// there, for which a GPU is waited for. Without gradient.
[[nodiscard]] TAGLOOM_API at::Tensor cheapest_permutations(const at::Tensor& cost);

}  // namespace tagloom
