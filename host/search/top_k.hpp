#pragma once

/// The largest values of each row, in a total order: LibTorch's own topk leaves open which of equal values it
/// takes, and takes others on another device.

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tagloom::search {

struct TopK {
  /// `[rows, k]`, largest first.
  at::Tensor values;
  /// `[rows, k]` (int64), of equal values the lower first.
  at::Tensor columns;
};

/// The `k` largest of each row of `values` (`[rows, columns]`, float32, no NaN, fewer than 2^31 columns); all
/// columns if there are fewer than `k`. Nothing is read back from the device.
TopK top_k(const at::Tensor& values, std::int64_t k);

}  // namespace tagloom::search
