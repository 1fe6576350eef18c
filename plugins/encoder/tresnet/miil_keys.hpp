#pragma once

/// Weights of TResNet as files of different origin name them, brought to timm's names.

#include <tagloom/weights/named_tensors.hpp>

namespace tagloom {

/// The body's weights with timm's names: the classification head is dropped, and files with the names of
/// TResNet's authors are converted. The latter come from InPlaceABN layers, which scale by |gamma| + eps:
/// their batch-norm weights are converted to that.
NamedTensors timm_named(const NamedTensors& weights);

}  // namespace tagloom
