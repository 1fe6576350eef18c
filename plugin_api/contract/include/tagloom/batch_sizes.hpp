#pragma once

/// Which images of a batch take which steps of a sequence, as PyTorch's PackedSequence says it: images lie by
/// falling length, so those that take step t are the first `batch_sizes[t]`. An image with n labels takes
/// n + 1 steps (its labels and the stop); what a decoder would say later counts in no loss and need not be
/// computed, which on Corel-5k is more than a quarter of all steps.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tagloom {

/// Positive and never rising; as many as steps that any image takes.
using BatchSizes = std::vector<std::int64_t>;

/// All of `batch` images take all of `steps` steps.
TAGLOOM_API BatchSizes every_step(std::int64_t batch, std::int64_t steps);

/// The rows of `[steps, batch, ...]` that are taken, step by step: `[rows, ...]`, where `rows` is the sum of
/// the sizes.
TAGLOOM_API at::Tensor pack_steps(const at::Tensor& padded, const BatchSizes& sizes);

/// The way back, image by image: `[rows, width]` to `[batch, steps, width]`, with zeros where no step is
/// taken. Differentiable.
TAGLOOM_API at::Tensor pad_steps(const at::Tensor& packed, const BatchSizes& sizes, std::int64_t batch,
                                 std::int64_t steps);

}  // namespace tagloom
