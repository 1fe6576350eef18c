#pragma once

/// Dropout (Srivastava et al., JMLR 2014) for large tensors: LibTorch draws one number after another on one
/// thread, which costs more than the rest of a step when a feature map is dropped from. Here each number is a
/// hash of a seed and its position, so that they are drawn side by side; the seed comes from LibTorch's
/// default generator.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>

namespace tagloom {

/// While `training`, `x` with each element zero with probability `p`, in steps of 2^-16, the others times 1 /
/// (1 - p); else `x`. Float32 or bfloat16, any shape; the same for the same seed whatever the number of
/// threads.
TAGLOOM_API at::Tensor parallel_dropout(const at::Tensor& x, double p, bool training);

}  // namespace tagloom
