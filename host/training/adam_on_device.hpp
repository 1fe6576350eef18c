#pragma once

/// Adam's step on a GPU: one kernel over all parameters, which averages and rounds the weights as it goes,
/// and two for the norm where it is clipped. LibTorch's operations would be eight a parameter, each of which
/// reads and writes all of its tensors.

#include "training/adam_update.hpp"

#include <span>

namespace tagloom::training::adam_on_device {

/// Whether all of it is on one GPU that has the kernels, with gradients in float32 or bfloat16.
bool available(std::span<const AdamState> parameters);

/// `clip_norm` as in Adam::Settings. Waits for nothing.
void step(std::span<const AdamState> parameters, const AdamUpdate& update, double clip_norm);

}  // namespace tagloom::training::adam_on_device
