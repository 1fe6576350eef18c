#pragma once

/// Random weights for a convolutional network that nobody trained: fit for a demonstration and for tests.

#include <tagloom/base/export.hpp>

#include <cstdint>

namespace torch::nn {
class Module;
}

namespace tagloom {

/// Sets every `Convolution` of `module`, in the order of registration, to values that depend on `seed` alone:
/// not on the machine, not on the number of threads, and no generator of LibTorch's is read or moved.
/// `BatchNorm` layers are left as they are made.
///
/// Filters have zero mean and the variance that keeps a ReLU network's activations at unit scale (scaled
/// weight standardisation, Brock et al., Characterizing signal propagation to close the performance gap in
/// unnormalized ResNets, ICLR 2021). He initialisation alone would not do: without batch statistics the
/// positive mean that a ReLU leaves grows from layer to layer until all images have nearly the same features.
TAGLOOM_API void initialise(torch::nn::Module& module, std::uint64_t seed);

}  // namespace tagloom
