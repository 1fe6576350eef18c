#pragma once

/// From half precision, as features are stored, to what a model computes in; bit for bit what LibTorch's own
/// conversions give, but faster than LibTorch 1.13's.

#include <cstdint>
#include <span>

namespace tagloom::featurecache {

/// Both spans are of one size.
void half_to_float(std::span<const std::uint16_t> half, std::span<float> result);
/// Rounds to the nearest, ties to even.
void half_to_bfloat16(std::span<const std::uint16_t> half, std::span<std::uint16_t> result);

}  // namespace tagloom::featurecache
