#pragma once

/// The largest values of each row, in a total order: LibTorch's own topk leaves open which of equal values it
/// takes, and takes others on another device.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tagloom::search {

struct Candidate {
  float value = 0;
  /// The column.
  std::int64_t index = 0;
};

/// For each row of `values` (`[rows, columns]`, float32, no NaN, fewer than 2^31 columns) its `k` largest,
/// largest first, of equal ones the lower column first; all columns if there are fewer than `k`. One copy to
/// the host.
std::vector<std::vector<Candidate>> top_k(const at::Tensor& values, std::int64_t k);

}  // namespace tagloom::search
