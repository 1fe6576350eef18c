#pragma once

/// How many images an encoder gets at once. Always the same number, since a library takes other instructions
/// for other numbers, and features would differ in their last bit by how a list was cut: a cache that was
/// interrupted, built in shards, continued or repaired is to be the one that a single build makes.

#include "features/checked_encoder.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace tagloom::features {

/// All images of a batch, but on a CPU, where more are not faster, a few, so that what is
/// done soon gets to the disk.
[[nodiscard]] std::int64_t slice_size(const CheckedEncoder& encoder, std::int64_t batch);

/// The features of `images`, at most `slice` of them; for the rest of a slice the encoder gets blank images.
[[nodiscard]] Features encode_slice(const CheckedEncoder& encoder, const at::Tensor& images,
                                    std::int64_t slice, const FeatureNeeds& needs);

}  // namespace tagloom::features
