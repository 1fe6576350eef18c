#pragma once

/// Made-up inputs of a model's parts, the same at every call: what they are recorded and checked with.

#include "export/parts.hpp"

namespace tagloom::torchscript {

/// `[images, 3, size, size]`, as the encoder takes them.
at::Tensor example_images(const Parts& parts, std::int64_t images);

/// Without concepts. Not below zero, as after an encoder's last rectifier.
Tensors example_features(const Parts& parts, std::int64_t images);

}  // namespace tagloom::torchscript
